using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public sealed class ReplicaPolicyTests
{
    private static readonly ReplicaInput Busy = new(
        Replicas: 4,
        Ready: 4,
        Reporting: 4,
        Utilization: 0.7,
        TargetUtilization: 0.7,
        Minimum: 1,
        Maximum: 20,
        Now: Outlooks.Midnight,
        LowSince: null);

    [Theory]
    [InlineData(0.7, 4, ReplicaReason.AtTarget)]
    [InlineData(0.76, 4, ReplicaReason.AtTarget)]
    [InlineData(0.64, 4, ReplicaReason.AtTarget)]
    [InlineData(0.8, 5, ReplicaReason.ScaleUp)]
    [InlineData(1.4, 8, ReplicaReason.ScaleUp)]
    [InlineData(2.8, 8, ReplicaReason.ScaleUpLimited)]
    [InlineData(0.6, 4, ReplicaReason.AtTarget)]
    [InlineData(0.3, 4, ReplicaReason.ScaleDownStabilizing)]
    [InlineData(null, 4, ReplicaReason.MetricsMissing)]
    public void Utilization_decides(double? utilization, int replicas, ReplicaReason reason) =>
        AssertDecides(replicas, reason, Busy with { Utilization = utilization });

    [Fact]
    public void A_small_deployment_may_add_four_at_once() =>
        AssertDecides(5, ReplicaReason.ScaleUpLimited, Busy with { Replicas = 1, Ready = 1, Reporting = 1, Utilization = 7 });

    [Fact]
    public void The_maximum_holds_and_says_so()
    {
        AssertDecides(6, ReplicaReason.ScaleUp, Busy with { Utilization = 1.4, Maximum = 6 });
        AssertDecides(4, ReplicaReason.AtMaximum, Busy with { Utilization = 1.4, Maximum = 4 });
    }

    [Fact]
    public void The_minimum_holds_and_says_so() =>
        AssertDecides(4, ReplicaReason.AtMinimum, Busy with { Utilization = 0, Minimum = 4 });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(30, 20)]
    public void A_number_outside_the_bounds_returns_to_them(int replicas, int expected) =>
        AssertDecides(expected, ReplicaReason.OutsideBounds, Busy with { Replicas = replicas });

    [Fact]
    public void The_number_falls_when_fewer_have_done_for_the_whole_window()
    {
        var idle = Busy with { Utilization = 0.3, StabilizationWindow = TimeSpan.FromMinutes(5) };
        var first = ReplicaPolicy.Decide(idle);
        Assert.Equal(Outlooks.Midnight, first.LowSince);

        var later = idle with { LowSince = first.LowSince, Now = Outlooks.Midnight.AddMinutes(4.9) };
        Assert.Equal(Outlooks.Midnight, ReplicaPolicy.Decide(later).LowSince);

        var down = ReplicaPolicy.Decide(later with { Now = Outlooks.Midnight.AddMinutes(5) });
        Assert.Equal((2, ReplicaReason.ScaleDown, null), (down.Replicas, down.Reason, down.LowSince));
    }

    [Fact]
    public void A_moment_of_load_starts_the_window_anew() =>
        Assert.Null(ReplicaPolicy.Decide(Busy with { LowSince = Outlooks.Midnight.AddMinutes(-4) }).LowSince);

    [Fact]
    public void A_pod_that_does_not_report_keeps_the_number_up() =>
        AssertDecides(4, ReplicaReason.MetricsPartial, Busy with { Utilization = 0.1, Reporting = 3, LowSince = DateTimeOffset.MinValue });

    [Fact]
    public void Pods_on_their_way_are_not_asked_for_twice() =>
        AssertDecides(4, ReplicaReason.AtTarget, Busy with { Ready = 2, Reporting = 2, Utilization = 1.4 });

    [Fact]
    public void Contradicting_bounds_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ReplicaPolicy.Decide(Busy with { Maximum = 0 }));
        Assert.Throws<ArgumentException>(() => ReplicaPolicy.Decide(Busy with { Minimum = -1 }));
        Assert.Throws<ArgumentException>(() => ReplicaPolicy.Decide(Busy with { TargetUtilization = 0 }));
    }

    private static void AssertDecides(int replicas, ReplicaReason reason, ReplicaInput input)
    {
        var decision = ReplicaPolicy.Decide(input);
        Assert.Equal((replicas, reason), (decision.Replicas, decision.Reason));
        Assert.NotEmpty(decision.Message);
    }
}
