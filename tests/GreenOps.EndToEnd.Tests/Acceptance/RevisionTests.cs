using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Load;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>What a change of the manifest costs.</summary>
/// <param name="tiny">The model.</param>
[Collection(typeof(TinyTests))]
public sealed class RevisionTests(TinyModel tiny) : TinyTest(tiny)
{
    [Fact]
    public async Task A_changed_serving_section_trains_nothing()
    {
        var before = await JobsAsync();

        await Shared.ApplyAsync(spec => spec with
        {
            Serving = new ServingSpec
            {
                Replicas = new ReplicaBounds { Min = 2, Max = 2 },
                Objective = new ServingObjective { LatencyMilliseconds = 900 },
                Resources = new ComputeResources { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("60m") } },
            },
        });
        await Shared.Model.WaitAsync("to serve with two replicas", model => ModelUnderTest.IsReady(model) && model.Status is { Serving: { ReadyReplicas: 2, Replicas: 2 } });

        Assert.Equal(before, await JobsAsync());
    }

    [Fact]
    public async Task A_changed_seed_trains_anew_while_the_old_revision_serves_and_its_artifact_is_found_again()
    {
        var first = (await Shared.Model.ReadAsync()).Status!.Serving!.Revision!;
        using var client = await InferenceClient.ConnectAsync(Shared.Model);
        await using var load = await SteadyLoad.StartAsync(client, images: 1, requestsPerSecond: 10);

        await Shared.ApplyAsync(spec => spec with { Training = spec.Training! with { Seed = 8 } });
        var training = await Shared.Model.WaitAsync("to train a second revision", model => model.Status is { Phase: ModelPhase.Training, Training: { Job: not null } training } && training.Revision != first);
        Assert.Equal(first, training.Status!.Serving!.Revision);
        Assert.Contains(training.Status.Training!.Job!, await JobNamesAsync());
        var second = (await Shared.Model.WaitUntilReadyAsync()).Status!.Serving!.Revision!;
        await Eventually.TrueAsync("an answer of the second revision", () => Task.FromResult(load.Versions.ContainsKey(second)), Shared.Model.DescribeAsync);
        var jobs = await JobsAsync();

        await Shared.ApplyAsync();
        var again = await Shared.Model.WaitUntilReadyAsync();
        await load.StopAsync();

        Assert.Equal(first, again.Status!.Serving!.Revision);
        Assert.Equal(jobs, await JobsAsync());
        Assert.True(load.Failures.Count == 0, string.Join("; ", load.Failures.Distinct().Take(5)));
        Assert.Equal(new[] { first, second }.ToHashSet(), load.Versions.Keys.ToHashSet());
    }

    private async Task<HashSet<string>> JobsAsync() => [.. (await Shared.Model.JobsAsync()).Select(job => $"{job.Key}/{job.Value.Metadata.Uid}")];

    private async Task<HashSet<string>> JobNamesAsync() => [.. (await Shared.Model.JobsAsync()).Keys];
}
