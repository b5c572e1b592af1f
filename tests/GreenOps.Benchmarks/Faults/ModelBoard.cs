using System.Collections.Frozen;
using System.Text.Json.Nodes;
using GreenOps.Api;
using GreenOps.Api.Models;

namespace GreenOps.Benchmarks.Faults;

/// <summary>Looks at all models again and again, straight at the API server, and tells who waits when one has come to rest.</summary>
internal sealed class ModelBoard(HttpClient api, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private TaskCompletionSource<FrozenDictionary<string, JsonNode>> next = New();
    private volatile FrozenDictionary<string, JsonNode> last = FrozenDictionary<string, JsonNode>.Empty;

    /// <summary>The models that had not come to rest at the last look, and why.</summary>
    public IReadOnlyList<string> Unsettled => [.. last.Where(model => !IsSettled(model.Value)).Select(model => $"{model.Key}: {Why(model.Value)}")];

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                var list = await api.GetFromJsonAsync<JsonObject>($"/apis/{ApiGroup.Name}/{ApiGroup.Version}/{GreenModel.KubePluralName}", cancellationToken);
                var models = list!["items"]!.AsArray().ToFrozenDictionary(model => Key((string)model!["metadata"]!["namespace"]!, (string)model["metadata"]!["name"]!), model => model!);
                last = models;
                Interlocked.Exchange(ref next, New()).SetResult(models);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the run.
        }
    }

    /// <summary>Waits until a model serves what its newest generation asks for.</summary>
    public Task SettledAsync(string ns, string model, CancellationToken cancellationToken) =>
        UntilAsync(models => models.TryGetValue(Key(ns, model), out var found) && IsSettled(found), cancellationToken);

    /// <summary>Waits until the operator has seen a model's newest generation and done what follows at once.</summary>
    public Task SeenAsync(string ns, string model, CancellationToken cancellationToken) =>
        UntilAsync(models => models.TryGetValue(Key(ns, model), out var found) && IsSeen(found), cancellationToken);

    /// <summary>Waits until a model is gone.</summary>
    public Task GoneAsync(string ns, string model, CancellationToken cancellationToken) =>
        UntilAsync(models => !models.ContainsKey(Key(ns, model)), cancellationToken);

    private async Task UntilAsync(Func<FrozenDictionary<string, JsonNode>, bool> isDone, CancellationToken cancellationToken)
    {
        // The look that is under way may have begun before what the caller did.
        await NextAsync(cancellationToken);
        while (!isDone(await NextAsync(cancellationToken)))
        {
        }
    }

    private Task<FrozenDictionary<string, JsonNode>> NextAsync(CancellationToken cancellationToken) => Volatile.Read(ref next).Task.WaitAsync(cancellationToken);

    private static bool IsSeen(JsonNode model) => (long?)model["status"]?["observedGeneration"] == (long?)model["metadata"]!["generation"];

    private static bool IsSettled(JsonNode model) =>
        IsSeen(model)
        && model["status"]?["conditions"] is JsonArray conditions
        && conditions.Any(condition => (string?)condition!["type"] == ConditionTypes.Ready && (string?)condition["status"] == ConditionStatus.True);

    private static string Why(JsonNode model) => model["status"]?["conditions"] is JsonArray conditions
        ? (string?)conditions.FirstOrDefault(condition => (string?)condition!["type"] == ConditionTypes.Ready)?["message"] ?? "it is not said to be ready or not"
        : "it has no status";

    private static string Key(string ns, string model) => $"{ns}/{model}";

    private static TaskCompletionSource<FrozenDictionary<string, JsonNode>> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
