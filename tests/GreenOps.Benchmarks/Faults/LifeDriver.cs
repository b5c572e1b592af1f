using System.Text.Json.Nodes;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Sandbox.Manifests;

namespace GreenOps.Benchmarks.Faults;

/// <summary>Leads models through their lives, as their users would.</summary>
/// <param name="applier">Applies manifests.</param>
/// <param name="api">The API server.</param>
/// <param name="board">What has become of the models.</param>
/// <param name="pace">Waits until a step, by its number over all models, may be taken.</param>
internal sealed class LifeDriver(ManifestApplier applier, HttpClient api, ModelBoard board, Func<int, Task> pace)
{
    private int taken;

    /// <summary>Steps taken.</summary>
    public int Taken => taken;

    public Task RunAsync(IReadOnlyList<Life> lives, CancellationToken cancellationToken) =>
        Task.WhenAll(lives.Select(life => RunAsync(life, cancellationToken)));

    private async Task RunAsync(Life life, CancellationToken cancellationToken)
    {
        foreach (var step in life.Steps)
        {
            await pace(Interlocked.Increment(ref taken));
            if (step.Spec is { } spec)
                await ApplyAsync(life, spec, cancellationToken);
            else
                await DeleteAsync(life, cancellationToken);
            if (step.Spec is not null)
                await (step.Settles ? board.SettledAsync(life.Namespace, life.Model, cancellationToken) : board.SeenAsync(life.Namespace, life.Model, cancellationToken));
        }
    }

    private Task ApplyAsync(Life life, JsonObject spec, CancellationToken cancellationToken) =>
        applier.ApplyAsync([Manifests.Model(life.Namespace, life.Model, spec)], cancellationToken);

    private async Task DeleteAsync(Life life, CancellationToken cancellationToken)
    {
        using var answer = await api.DeleteAsync(
            $"/apis/{ApiGroup.Name}/{ApiGroup.Version}/namespaces/{life.Namespace}/{GreenModel.KubePluralName}/{life.Model}", cancellationToken);
        answer.EnsureSuccessStatusCode();
        await board.GoneAsync(life.Namespace, life.Model, cancellationToken);
    }
}
