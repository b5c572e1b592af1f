using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Load;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>A training container of the user's own.</summary>
/// <param name="cluster">Where.</param>
[Cost(30)]
public sealed class OwnTrainerTests(TestCluster cluster)
{
    [Fact]
    public async Task It_goes_on_from_its_checkpoint_and_what_it_leaves_is_judged_stored_and_served()
    {
        cluster.RequireShellImage();
        await using var ns = await TestNamespace.CreateAsync(cluster);
        var model = await ApplyAsync(ns, ShellContainers.Training(cluster, variables: [("INTERRUPT", "yes")]));

        var ready = await model.WaitUntilReadyAsync();

        var full = Assert.Single(ready.Status!.Variants!);
        Assert.Equal("HeldOut", full.AccuracySource);
        // Sums of floats in another order may turn an image or two of the thousands.
        Assert.Equal(CentroidModel.Accuracy(), full.Accuracy!.Value, 0.002);
        Assert.True(ready.Status.Training!.EnergyJoules > 0);
        var trainings = (await model.PodsAsync(Labels.TrainerComponent)).Select(pod => pod.Status.InitContainerStatuses.Single(status => status.Name == "custom").State.Terminated.ExitCode);
        Assert.Equal([ExitCodes.Done, ExitCodes.Interrupted], trainings.Order());
        using var client = await InferenceClient.ConnectAsync(model);
        var answer = await client.InferAsync(await client.BodyAsync(0, 20));
        Assert.Equal(Enumerable.Range(0, 20).Select(CentroidModel.Classify), answer.Classes());
    }

    [Fact]
    public async Task What_it_refuses_is_told_in_its_own_words()
    {
        cluster.RequireShellImage();
        await using var ns = await TestNamespace.CreateAsync(cluster);
        var model = await ApplyAsync(ns, ShellContainers.Training(cluster, variables: [("REFUSE", "column label is missing")]));

        var stalled = await model.WaitAsync("to be stalled", seen => ModelUnderTest.Condition(seen, ConditionTypes.Stalled) is not null);

        var condition = ModelUnderTest.Condition(stalled, ConditionTypes.Trained)!;
        Assert.Equal("TrainingContainerFailed", condition.Reason);
        Assert.Contains("exit code 64, saying: column label is missing.", condition.Message);
    }

    private static async Task<ModelUnderTest> ApplyAsync(TestNamespace ns, TrainingSpec training)
    {
        var zone = await ns.ApplyAsync(Tiny.StaticZone);
        return await ns.ApplyAsync(Tiny.Model("own", zone) with { Spec = new GreenModelSpec { CarbonZone = zone, Training = training } });
    }
}
