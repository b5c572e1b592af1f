using System.Globalization;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Load;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>A model whose training waited for a clean slot, paused in a dirty one and went on, and that now serves a mix under load, on a grid that is clean and dirty by turns.</summary>
/// <param name="cluster">Where.</param>
public sealed class ReplayedModel(TestCluster cluster) : IAsyncLifetime
{
    private const int Clean = 200;
    private const int Dirty = 400;
    private const int SlotsKnown = 96;
    private const int Deadline = 30;

    // Dirty, one clean slot that does not hold the training, dirty again, then clean to beyond the deadline.
    private static readonly int[] Course = [600, 600, 50, 600, .. Enumerable.Repeat(60, Deadline + 6)];

    private TestNamespace? space;
    private InferenceClient? client;
    private SteadyLoad? load;

    internal ModelUnderTest Model { get; private set; } = null!;

    /// <summary>The grid while it was trained and compressed.</summary>
    internal ReplayedTrace Before { get; private set; } = null!;

    /// <summary>The grid while it serves.</summary>
    internal ReplayedTrace Now { get; private set; } = null!;

    /// <summary>The accepted variant of least energy.</summary>
    internal string Cheapest { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        space = await TestNamespace.CreateAsync(cluster);
        var slot = ClusterSettings.TrainingSlot;
        Before = new ReplayedTrace(slot, TimeProvider.System.GetUtcNow(), Course);
        var tiny = Tiny.Model("replayed", await ApplyAsync(Before));
        Model = await space.ApplyAsync(tiny with
        {
            Spec = tiny.Spec with
            {
                Training = tiny.Spec.Training! with
                {
                    // So large that its pruned variant is the cheaper one on a busy machine too.
                    Architecture = new Architecture { Cnn = new Cnn { Filters = [64] } },
                    Epochs = 1 + (int)(slot / TimeSpan.FromSeconds(2)),
                    Schedule = new TrainingSchedule
                    {
                        DeadlineSeconds = (int)(Deadline * slot).TotalSeconds,
                        ExpectedDurationSeconds = (int)(3 * slot).TotalSeconds,
                        Interruptible = true,
                    },
                },
                Compression = new CompressionSpec
                {
                    AccuracyFloor = "0.05",
                    Variants = [new VariantSpec { Name = "slim", Steps = [new CompressionStep { Prune = new Prune { Sparsity = "0.9", Granularity = PruneGranularity.Channel, FineTuneEpochs = 0 } }] }],
                },
                Serving = tiny.Spec.Serving with { Replicas = new ReplicaBounds { Min = 1, Max = 1 } },
            },
        });
        await Model.WaitAsync(
            "to be deferred to a cleaner slot",
            seen => seen.Status is { Phase: ModelPhase.Deferred } && ModelUnderTest.Condition(seen, ConditionTypes.Trained)?.Reason == "CleanerLater");
        var ready = await Model.WaitUntilReadyAsync();
        var accepted = ready.Status!.Variants!.Where(variant => variant.Accepted == true).ToList();
        var (cheapest, best) = (accepted.MinBy(variant => variant.MillijoulesPerInference)!, accepted.MaxBy(variant => variant.Accuracy)!);
        Assert.True(cheapest.Accuracy < best.Accuracy, $"The cheapest variant {cheapest.Name} is the most accurate: there is nothing to trade.");
        Cheapest = cheapest.Name;
        client = await InferenceClient.ConnectAsync(Model);
        load = await SteadyLoad.StartAsync(client, images: 4, requestsPerSecond: 20);
        await ServeMixAsync((cheapest.Accuracy!.Value + best.Accuracy!.Value) / 2, slot);
    }

    public async ValueTask DisposeAsync()
    {
        if (load is not null)
        {
            await load.DisposeAsync();
        }

        client?.Dispose();
        if (space is not null)
        {
            await space.DisposeAsync();
        }
    }

    /// <summary>Whether a slot is dirty, by the value that the status tells.</summary>
    internal static bool IsDirty(double grams) => grams >= Dirty;

    private async Task ServeMixAsync(double floor, TimeSpan slot)
    {
        Now = new ReplayedTrace(slot, TimeProvider.System.GetUtcNow(), [.. Enumerable.Range(0, SlotsKnown).Select(index => index % 2 == 0 ? Dirty : Clean)]);
        await ApplyAsync(Now);
        await Model.PatchAsync(new
        {
            spec = new
            {
                serving = new
                {
                    variants = new
                    {
                        policy = "CarbonAware",
                        maxAccuracyLoss = (string?)null,
                        accuracyFloor = floor.ToString("0.######", CultureInfo.InvariantCulture),
                        windowSeconds = (int)(slot.TotalSeconds * SlotsKnown / 4),
                    },
                },
            },
        });
        await Model.WaitAsync("to serve on the alternating grid", seen => ModelUnderTest.IsReady(seen) && seen.Status!.Carbon?.GramsPerKWh is Clean or Dirty);
    }

    private async Task<string> ApplyAsync(ReplayedTrace grid)
    {
        var (trace, zone) = Tiny.TraceZone(space!.Name, grid.Slot, grid.StartAt, grid.Values);
        await space.ApplyAsync(trace);
        return await space.ApplyAsync(zone);
    }
}

/// <summary>The tests that share the replayed model.</summary>
[Cost(110)]
[CollectionDefinition]
public sealed class ReplayedTests : ICollectionFixture<ReplayedModel>;
