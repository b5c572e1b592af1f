using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>A training with a deadline, on a grid that is dirty now and clean soon.</summary>
/// <param name="cluster">Where.</param>
[Cost(40)]
public sealed class DeferralTests(TestCluster cluster)
{
    private const int Slots = 30;

    // Dirty slots, then clean ones to beyond the end of the deadline.
    private static readonly int[] Grid = [.. Enumerable.Repeat(600, 4), .. Enumerable.Repeat(60, Slots + 6)];

    [Fact]
    public async Task It_waits_for_the_clean_slot_and_says_what_that_avoided()
    {
        await using var ns = await TestNamespace.CreateAsync(cluster);
        var slot = ClusterSettings.TrainingSlot;
        var (trace, zone) = Tiny.TraceZone(ns.Name, slot, TimeProvider.System.GetUtcNow(), Grid);
        await ns.ApplyAsync(trace);
        var tiny = Tiny.Model("deferred", await ns.ApplyAsync(zone));
        var schedule = new TrainingSchedule { DeadlineSeconds = (int)(Slots * slot).TotalSeconds, ExpectedDurationSeconds = 10, Interruptible = true };
        var model = await ns.ApplyAsync(tiny with { Spec = tiny.Spec with { Training = tiny.Spec.Training! with { Schedule = schedule } } });

        // Before the zone's first value it is deferred too, for that reason.
        var deferred = await model.WaitAsync(
            "to be deferred to a cleaner slot",
            seen => seen.Status is { Phase: ModelPhase.Deferred } && ModelUnderTest.Condition(seen, ConditionTypes.Trained)?.Reason == "CleanerLater");
        Assert.NotNull(deferred.Status!.Training!.NextChangeAt);
        await Eventually.TrueAsync(
            "a Job that is suspended", async () => (await model.JobsAsync()).Values.Any(job => job.Spec.Suspend == true), model.DescribeAsync);

        var trained = await model.WaitAsync("to be trained", seen => ModelUnderTest.Condition(seen, ConditionTypes.Trained)?.Status == ConditionStatus.True);

        var artifact = Assert.Single(trained.Status!.Artifacts!);
        Assert.True(artifact.AvoidedGramsCO2e > 0, $"Avoided {artifact.AvoidedGramsCO2e} g.");
        Assert.True(trained.Status.Emissions!.AvoidedGramsCO2e > 0, $"Avoided {trained.Status.Emissions.AvoidedGramsCO2e} g.");
        Assert.Single(await model.JobsAsync());
    }
}
