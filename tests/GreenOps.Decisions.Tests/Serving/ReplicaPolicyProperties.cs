using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public static class ReplicaInputs
{
    public static Arbitrary<ReplicaInput> Arbitrary() => (
        from minimum in Gen.Choose(1, 5)
        from range in Gen.Choose(0, 30)
        from replicas in Gen.Choose(0, 40)
        from ready in Gen.Choose(0, replicas)
        from reporting in Gen.Choose(0, ready)
        from percent in Gen.Choose(0, 400)
        from known in Gen.Elements(true, true, true, false)
        from minutesLow in Gen.Elements<int?>(null, 0, 4, 6)
        select new ReplicaInput(
            replicas,
            ready,
            reporting,
            known ? percent / 100.0 : null,
            0.7,
            minimum,
            minimum + range,
            Outlooks.Midnight,
            minutesLow is { } minutes ? Outlooks.Midnight.AddMinutes(-minutes) : null)).ToArbitrary();
}

[Properties(Arbitrary = [typeof(ReplicaInputs)], MaxTest = 1000)]
public sealed class ReplicaPolicyProperties
{
    [Property]
    public void The_number_stays_within_its_bounds(ReplicaInput input) =>
        Assert.InRange(ReplicaPolicy.Decide(input).Replicas, input.Minimum, input.Maximum);

    [Property]
    public void The_number_never_falls_below_demand(ReplicaInput input)
    {
        var decision = ReplicaPolicy.Decide(input);
        var demand = input.Reporting * (input.Utilization ?? 0) / input.TargetUtilization;
        if (decision.Replicas < Math.Min(input.Replicas, input.Maximum))
        {
            Assert.True(decision.Replicas >= demand - 1e-9);
        }
    }

    [Property]
    public void Without_full_metrics_the_number_never_falls(ReplicaInput input)
    {
        if (input.Utilization is null || input.Reporting < input.Ready || input.Ready == 0)
        {
            Assert.True(ReplicaPolicy.Decide(input).Replicas >= Math.Min(input.Replicas, input.Maximum));
        }
    }

    [Property]
    public void The_number_falls_only_after_the_window(ReplicaInput input)
    {
        if (ReplicaPolicy.Decide(input).Replicas < Math.Min(input.Replicas, input.Maximum))
        {
            Assert.True(input.Now - input.LowSince >= input.StabilizationWindow);
        }
    }

    [Property]
    public void A_step_up_is_bounded(ReplicaInput input)
    {
        var grown = ReplicaPolicy.Decide(input).Replicas;
        Assert.True(grown <= Math.Max(input.Minimum, Math.Max(2 * input.Replicas, input.Replicas + 4)));
    }

    [Property]
    public void More_load_never_gives_fewer_replicas(ReplicaInput input, byte more)
    {
        if (input.Utilization is { } utilization)
        {
            var busier = input with { Utilization = utilization + (more / 100.0) };
            Assert.True(ReplicaPolicy.Decide(busier).Replicas >= ReplicaPolicy.Decide(input).Replicas);
        }
    }

    [Property]
    public void Constant_load_settles_and_then_nothing_changes(ReplicaInput input, PositiveInt load)
    {
        // The load divides evenly over the pods, and every pod reports as soon as it is asked for.
        var pods = Math.Clamp(input.Replicas, input.Minimum, input.Maximum);
        DateTimeOffset? lowSince = null;
        List<int> course = [];
        for (var minute = 0; minute < 60; minute++)
        {
            var decision = ReplicaPolicy.Decide(input with
            {
                Replicas = pods,
                Ready = pods,
                Reporting = pods,
                Utilization = load.Get / 10.0 / pods,
                Now = Outlooks.Midnight.AddMinutes(minute),
                LowSince = lowSince,
            });
            (pods, lowSince) = (decision.Replicas, decision.LowSince);
            course.Add(pods);
        }

        Assert.Single(course.Skip(30).Distinct());
    }
}
