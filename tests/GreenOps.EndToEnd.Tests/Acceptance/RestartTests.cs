using GreenOps.EndToEnd.Tests.Clusters;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>The operator is killed, again and again.</summary>
/// <param name="settled">The model.</param>
[Collection(typeof(SettledTests))]
public sealed class RestartTests(SettledModel settled)
{
    [Fact]
    public async Task Killed_while_it_trains_and_compresses_it_runs_every_stage_once()
    {
        Assert.Equal(["full", "pruned"], settled.Ready.Status!.Variants!.Select(variant => variant.Name));
        await Eventually.TrueAsync(
            "two Jobs, each done by one pod",
            async () => (await settled.Model.JobsAsync()) is { Count: 2 } jobs && jobs.Values.All(job => job.Status is { Succeeded: 1, Failed: null or 0 }),
            settled.Model.DescribeAsync);
    }

    [Fact]
    public async Task Killed_while_it_serves_it_comes_to_the_same_state_and_writes_nothing()
    {
        var space = settled.Model.Namespace;
        var before = await Footprint.AtRestAsync(space);

        await OperatorPods.KillAsync(space.Cluster);
        await OperatorPods.ReconcileTwiceAsync(space);

        (await Footprint.TakeAsync(space)).RequireSameAs(before);
    }

    [Fact]
    public async Task Reconciling_a_settled_model_writes_nothing()
    {
        var space = settled.Model.Namespace;
        var before = await Footprint.AtRestAsync(space);

        await OperatorPods.ReconcileTwiceAsync(space);

        (await Footprint.TakeAsync(space)).RequireSameAs(before);
    }
}
