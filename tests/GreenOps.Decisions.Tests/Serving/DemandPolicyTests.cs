using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public sealed class DemandPolicyTests
{
    private static readonly DemandInput Steady = new(
        Replicas: 4, Demand: 40, TargetPerReplica: 10, Minimum: 1, Maximum: 20, Now: Outlooks.Midnight, LowSince: null);

    [Theory]
    [InlineData(40.0, 4, ReplicaReason.AtTarget)]
    [InlineData(43.0, 4, ReplicaReason.AtTarget)]
    [InlineData(37.0, 4, ReplicaReason.AtTarget)]
    [InlineData(31.0, 4, ReplicaReason.AtTarget)]
    [InlineData(45.0, 5, ReplicaReason.ScaleUp)]
    [InlineData(80.0, 8, ReplicaReason.ScaleUp)]
    [InlineData(400.0, 8, ReplicaReason.ScaleUpLimited)]
    [InlineData(30.0, 4, ReplicaReason.ScaleDownStabilizing)]
    [InlineData(0.0, 4, ReplicaReason.ScaleDownStabilizing)]
    [InlineData(null, 4, ReplicaReason.MetricsMissing)]
    public void Demand_over_target_decides(double? demand, int replicas, ReplicaReason reason) =>
        AssertDecides(replicas, reason, Steady with { Demand = demand });

    [Fact]
    public void The_bounds_hold_and_say_so()
    {
        AssertDecides(6, ReplicaReason.ScaleUp, Steady with { Demand = 80, Maximum = 6 });
        AssertDecides(4, ReplicaReason.AtMaximum, Steady with { Demand = 80, Maximum = 4 });
        AssertDecides(4, ReplicaReason.AtMinimum, Steady with { Demand = 0, Minimum = 4 });
        AssertDecides(1, ReplicaReason.OutsideBounds, Steady with { Replicas = 0 });
        AssertDecides(20, ReplicaReason.OutsideBounds, Steady with { Replicas = 30 });
    }

    [Fact]
    public void The_number_falls_to_the_demand_once_fewer_have_done_for_the_whole_window()
    {
        var low = Steady with { Demand = 15 };
        var since = DemandPolicy.Decide(low).LowSince;
        Assert.Equal(Outlooks.Midnight, since);

        AssertDecides(4, ReplicaReason.ScaleDownStabilizing, low with { LowSince = since, Now = Outlooks.Midnight.AddMinutes(4.9) });
        AssertDecides(2, ReplicaReason.ScaleDown, low with { LowSince = since, Now = Outlooks.Midnight.AddMinutes(5) });
    }

    [Theory]
    [InlineData(-1.0, 10.0, 1, 20)]
    [InlineData(double.NaN, 10.0, 1, 20)]
    [InlineData(1.0, 0.0, 1, 20)]
    [InlineData(1.0, 10.0, 5, 4)]
    public void Nonsense_is_refused(double demand, double target, int minimum, int maximum) => Assert.Throws<ArgumentException>(() =>
        DemandPolicy.Decide(Steady with { Demand = demand, TargetPerReplica = target, Minimum = minimum, Maximum = maximum }));

    private static void AssertDecides(int replicas, ReplicaReason reason, DemandInput input)
    {
        var decision = DemandPolicy.Decide(input);
        Assert.Equal((replicas, reason), (decision.Replicas, decision.Reason));
        Assert.EndsWith(".", decision.Message);
    }
}
