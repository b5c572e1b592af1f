using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public sealed class ServingPlanTests
{
    private static readonly MixVariant Full = new("full", 0.90, new(4));
    private static readonly MixVariant Int8 = new("int8", 0.88, new(2));

    // A floor of 0.89 lets half of the requests go to int8.
    private static readonly ServingInput Input = new(
        VariantPair.Around([Full, Int8], 0.89),
        Outlooks.Hourly(100, 400, 400, 400),
        Outlooks.Midnight,
        new MixWindow(TimeSpan.FromHours(4), TimeSpan.Zero, 0, 0),
        RequestsPerSecond: 10,
        LoadProfile.Empty,
        LowPercent: 100,
        new ReplicaInput(4, 4, 4, 0.35, 0.7, 1, 10, Outlooks.Midnight, null));

    [Fact]
    public void A_mix_that_its_replicas_carry_changes_at_once()
    {
        var decision = ServingPlan.Decide(Input);

        Assert.Equal((0, MixReason.CarbonLow), (decision.LowPercent, decision.Reason));
        Assert.Equal(ReplicaReason.AtTarget, decision.Replicas.Reason);
    }

    [Fact]
    public void A_mix_that_needs_more_replicas_asks_for_them_and_waits()
    {
        var busy = Input with { Replicas = Input.Replicas with { Utilization = 0.7 } };
        var decision = ServingPlan.Decide(busy);
        Assert.Equal((100, MixReason.AwaitsReplicas), (decision.LowPercent, decision.Reason));
        Assert.Equal((8, ReplicaReason.ScaleUp), (decision.Replicas.Replicas, decision.Replicas.Reason));

        var ready = busy with { Replicas = busy.Replicas with { Replicas = 8, Ready = 8, Reporting = 8, Utilization = 0.35 } };
        Assert.Equal((0, MixReason.CarbonLow), (ServingPlan.Decide(ready).LowPercent, ServingPlan.Decide(ready).Reason));
    }

    [Fact]
    public void The_accuracy_floor_waits_for_no_replica()
    {
        var spent = Input with
        {
            Window = new MixWindow(TimeSpan.FromHours(4), TimeSpan.FromHours(3), 1000, 500 + 35_000),
            Replicas = Input.Replicas with { Utilization = 0.7 },
        };
        Assert.Equal((0, MixReason.FloorLimits), (ServingPlan.Decide(spent).LowPercent, ServingPlan.Decide(spent).Reason));
    }

    [Fact]
    public void A_small_change_is_not_worth_a_reload()
    {
        var balanced = Input with { Outlook = Outlooks.Hourly(100, 100, 100, 100) };

        Assert.Equal(50, ServingPlan.Decide(balanced with { LowPercent = null }).LowPercent);
        Assert.Equal(45, ServingPlan.Decide(balanced with { LowPercent = 45 }).LowPercent);
        Assert.Equal(50, ServingPlan.Decide(balanced with { LowPercent = 40 }).LowPercent);
    }

    [Fact]
    public void A_pause_of_traffic_keeps_a_mix_that_holds_the_floor_by_itself()
    {
        var idle = Input with { RequestsPerSecond = 0, Replicas = Input.Replicas with { Utilization = 0 } };

        Assert.Equal(30, ServingPlan.Decide(idle with { LowPercent = 30 }).LowPercent);
        Assert.Equal(0, ServingPlan.Decide(idle with { LowPercent = 60 }).LowPercent);
    }

    [Fact]
    public void A_variant_that_holds_the_floor_alone_takes_all()
    {
        var settled = Input with { Pair = VariantPair.Around([Full, Int8], 0.87), LowPercent = null };

        Assert.Equal((100, MixReason.CheapestHoldsFloor), (ServingPlan.Decide(settled).LowPercent, ServingPlan.Decide(settled).Reason));
    }

    [Fact]
    public void A_decision_allocates_nothing()
    {
        var input = Input with { Load = LoadProfileTests.Repeat(LoadProfile.Empty, 3, part => 5 + part) };
        ServingPlan.Decide(input);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            ServingPlan.Decide(input with { Now = Outlooks.Midnight.AddSeconds(i), LowPercent = i });
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
