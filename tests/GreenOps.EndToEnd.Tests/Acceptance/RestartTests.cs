using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>The operator is killed, again and again.</summary>
/// <param name="cluster">Where.</param>
[Cost(50)]
public sealed class RestartTests(TestCluster cluster)
{
    [Fact]
    public async Task Killed_while_it_trains_compresses_and_serves_it_comes_to_the_same_state()
    {
        await using var ns = await TestNamespace.CreateAsync(cluster);
        var tiny = Tiny.Model("tiny", await ns.ApplyAsync(Tiny.StaticZone));
        var model = await ns.ApplyAsync(tiny with { Spec = tiny.Spec with { Compression = Tiny.Pruned } });
        await model.WaitAsync("to train", seen => seen.Status is { Phase: ModelPhase.Training });
        await OperatorPods.KillAsync(cluster);
        await model.WaitAsync("to compress", seen => seen.Status is { Phase: ModelPhase.Compressing });
        await OperatorPods.KillAsync(cluster);
        var ready = await model.WaitUntilReadyAsync();

        Assert.Equal(2, (await model.JobsAsync()).Count);
        Assert.All((await model.JobsAsync()).Values, job => Assert.Equal(1, job.Status.Succeeded));
        Assert.Equal(["full", "pruned"], ready.Status!.Variants!.Select(variant => variant.Name));
        var atRest = await Footprint.AtRestAsync(ns);

        await OperatorPods.KillAsync(cluster);
        await OperatorPods.ReconcileTwiceAsync(cluster);

        (await Footprint.TakeAsync(ns)).RequireSameAs(atRest);
    }
}
