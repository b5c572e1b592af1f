using System.Globalization;
using GreenOps.Api;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Load;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>Under load, on a grid that is clean and dirty by turns.</summary>
/// <param name="fashion">The model.</param>
[Collection(typeof(FashionTests))]
public sealed class MixTests(FashionModel fashion)
{
    private const int Clean = 100;
    private const int Dirty = 500;
    private const int SlotsKnown = 96;
    private const int SlotsSeen = 2;

    [Fact]
    public async Task The_mix_follows_carbon_and_the_replicas_follow_the_load_without_a_failed_request()
    {
        var model = fashion.Model;
        var accepted = fashion.Ready.Status!.Variants!.Where(variant => variant.Accepted == true).ToList();
        var cheapest = accepted.MinBy(variant => variant.MillijoulesPerInference)!;
        var best = accepted.MaxBy(variant => variant.Accuracy)!;
        Assert.True(cheapest.Accuracy < best.Accuracy, $"The cheapest variant {cheapest.Name} is the most accurate: there is nothing to trade.");
        var slot = 5 * ClusterSettings.ConfigurationDelay;

        await using var load = await SteadyLoad.StartAsync(fashion.Client, images: 8, requestsPerSecond: 50);
        await ApplyAsync(model, (cheapest.Accuracy!.Value + best.Accuracy!.Value) / 2, slot);
        var watch = new MixWatch(model, cheapest.Name, Dirty);
        await Eventually.TrueAsync(
            $"{SlotsSeen} clean and {SlotsSeen} dirty slots under load, on more than one replica",
            async () =>
            {
                await watch.LookAsync();
                return watch is { CleanSlots: >= SlotsSeen, DirtySlots: >= SlotsSeen, MostReplicas: > 1 };
            },
            model.DescribeAsync,
            Eventually.Patience + (4 * SlotsSeen * slot));
        await load.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"Weight and share of {cheapest.Name} against {best.Name}: {watch}; at most {watch.MostReplicas} replicas; {load.Versions.Values.Sum()} requests answered.");

        Assert.True(load.Failures.Count == 0, $"{load.Failures.Count} of {load.Failures.Count + load.Versions.Values.Sum()} requests failed: {string.Join("; ", load.Failures.Distinct().Take(5))}");
        Assert.True(watch.Dirty.Weight > watch.Clean.Weight, $"Mean weight of {cheapest.Name} in the status: {watch}. {await model.DescribeAsync()}");
        Assert.True(watch.Dirty.Share > watch.Clean.Share, $"Share of {cheapest.Name} by the servers' counters: {watch}");
        await model.WaitAsync("to come back to one replica", seen => seen.Status is { Serving: { DesiredReplicas: 1, ReadyReplicas: 1, Replicas: 1 } });
    }

    /// <summary>A floor in the middle of what the variants reach, an alternating grid, and replicas that little load fills.</summary>
    private static async Task ApplyAsync(ModelUnderTest model, double floor, TimeSpan slot)
    {
        var values = Enumerable.Range(0, SlotsKnown).Select(i => i % 2 == 0 ? Dirty : Clean).ToList();
        var (trace, zone) = Tiny.TraceZone(model.Namespace.Name, slot, TimeProvider.System.GetUtcNow(), values);
        await model.Namespace.ApplyAsync(trace);
        var name = await model.Namespace.ApplyAsync(zone);
        await model.PatchAsync(new
        {
            spec = new
            {
                carbonZone = name,
                serving = new
                {
                    replicas = new { min = 1, max = 3 },
                    objective = new { utilization = "0.5", scaleDownStabilizationSeconds = 5 },
                    variants = new
                    {
                        policy = "CarbonAware",
                        maxAccuracyLoss = (string?)null,
                        accuracyFloor = floor.ToString("0.######", CultureInfo.InvariantCulture),
                        windowSeconds = (int)(slot.TotalSeconds * SlotsKnown / 4),
                    },
                    resources = new { requests = new { cpu = "50m" }, limits = (object?)null },
                },
            },
        });
        await model.WaitAsync(
            "to be ready on the alternating grid",
            seen => ModelUnderTest.IsReady(seen) && ModelUnderTest.Condition(seen, ConditionTypes.CarbonDataFresh)?.Status == ConditionStatus.True);
    }
}
