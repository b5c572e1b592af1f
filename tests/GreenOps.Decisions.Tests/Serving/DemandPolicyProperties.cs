using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Decisions.Serving;
using Xunit;

namespace GreenOps.Decisions.Tests.Serving;

public static class DemandInputs
{
    public static Arbitrary<DemandInput> Arbitrary() => (
        from minimum in Gen.Choose(1, 5)
        from range in Gen.Choose(0, 30)
        from replicas in Gen.Choose(0, 40)
        from demand in Gen.Choose(0, 4000)
        from known in Gen.Elements(true, true, true, false)
        from target in Gen.Choose(1, 400)
        from minutesLow in Gen.Elements<int?>(null, 0, 4, 6)
        select new DemandInput(
            replicas,
            known ? demand / 10.0 : null,
            target / 10.0,
            minimum,
            minimum + range,
            Outlooks.Midnight,
            minutesLow is { } minutes ? Outlooks.Midnight.AddMinutes(-minutes) : null)).ToArbitrary();
}

[Properties(Arbitrary = [typeof(DemandInputs)], MaxTest = 1000)]
public sealed class DemandPolicyProperties
{
    [Property]
    public void The_number_stays_within_its_bounds(DemandInput input) =>
        Assert.InRange(DemandPolicy.Decide(input).Replicas, input.Minimum, input.Maximum);

    [Property]
    public void The_number_never_falls_below_the_demand(DemandInput input)
    {
        var decision = DemandPolicy.Decide(input);
        if (decision.Replicas < Math.Min(input.Replicas, input.Maximum))
        {
            Assert.True(decision.Replicas * input.TargetPerReplica >= input.Demand!.Value - 1e-9);
        }
    }

    [Property]
    public void An_unknown_demand_moves_nothing(DemandInput input) => Assert.Equal(
        Math.Clamp(input.Replicas, input.Minimum, input.Maximum), DemandPolicy.Decide(input with { Demand = null }).Replicas);

    [Property]
    public void The_number_falls_only_after_the_window(DemandInput input)
    {
        if (DemandPolicy.Decide(input).Replicas < Math.Min(input.Replicas, input.Maximum))
        {
            Assert.True(input.Now - input.LowSince >= input.StabilizationWindow);
        }
    }

    [Property]
    public void A_step_up_is_bounded(DemandInput input) =>
        Assert.True(DemandPolicy.Decide(input).Replicas <= Math.Max(input.Minimum, Math.Max(2 * input.Replicas, input.Replicas + 4)));

    [Property]
    public void More_demand_never_gives_fewer_replicas(DemandInput input, byte more)
    {
        if (input.Demand is { } demand)
        {
            Assert.True(DemandPolicy.Decide(input with { Demand = demand + more }).Replicas >= DemandPolicy.Decide(input).Replicas);
        }
    }

    [Property]
    public void A_constant_demand_settles_within_a_tenth_of_what_it_asks_for(DemandInput input)
    {
        var (pods, lowSince) = (input.Replicas, input.LowSince);
        List<int> course = [];
        for (var minute = 0; minute < 60; minute++)
        {
            var decision = DemandPolicy.Decide(input with { Demand = input.Demand ?? 0, Replicas = pods, Now = Outlooks.Midnight.AddMinutes(minute), LowSince = lowSince });
            (pods, lowSince) = (decision.Replicas, decision.LowSince);
            course.Add(pods);
        }

        var settled = Assert.Single(course.Skip(30).Distinct());
        var asked = Math.Clamp((input.Demand ?? 0) / input.TargetPerReplica, input.Minimum, input.Maximum);
        Assert.InRange(settled, Math.Floor(asked / 1.1), Math.Ceiling(asked * 1.2));
    }
}
