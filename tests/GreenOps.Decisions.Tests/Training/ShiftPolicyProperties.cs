using FsCheck.Xunit;
using GreenOps.Decisions.Training;
using Xunit;

namespace GreenOps.Decisions.Tests.Training;

[Properties(Arbitrary = [typeof(ShiftScenarios)], MaxTest = 500)]
public sealed class ShiftPolicyProperties
{
    [Property]
    public void A_feasible_deadline_is_met_whatever_is_forecast(ShiftScenario scenario, NonEmptyLevels revisions, bool staleOften)
    {
        var input = scenario.Input with { Running = false };
        var deadline = input.Deadline!.Value;
        for (var slot = 0; input.RemainingWork > TimeSpan.Zero; slot++)
        {
            Assert.True(input.Now < deadline, $"missed by {input.RemainingWork}");
            var outlook = Outlooks.HourlyAt(input.Now, revisions.From(slot)) with { Stale = staleOften && slot % 3 == 2 };
            input = input with { Outlook = outlook };
            var decision = ShiftPolicy.Decide(input);
            Assert.NotEqual(ShiftReason.DeadlineUnreachable, decision.Reason);
            input = Advance(input, decision.Action);
        }

        Assert.True(input.Now + input.RemainingWork <= deadline);
    }

    [Property]
    public void Following_the_plan_by_its_change_times_alone_meets_the_deadline(ShiftScenario scenario)
    {
        var input = scenario.Input with { Running = false };
        while (input.RemainingWork > TimeSpan.Zero)
        {
            var decision = ShiftPolicy.Decide(input);
            var until = decision.NextChangeAt ?? input.Now + input.RemainingWork;
            Assert.True(until > input.Now);
            var ran = decision.Action == ShiftAction.Run ? until - input.Now : TimeSpan.Zero;
            input = input with { Now = until, RemainingWork = input.RemainingWork - ran, Running = ran > TimeSpan.Zero, Waiting = ran == TimeSpan.Zero };
        }

        Assert.True(input.Now + input.RemainingWork <= input.Deadline);
    }

    [Property]
    public void Constant_carbon_runs_at_once(ShiftScenario scenario, byte level)
    {
        var flat = scenario.Input.Outlook.Forecast.Select(_ => (double)level).ToArray();
        var decision = ShiftPolicy.Decide(scenario.Input with { Outlook = Outlooks.HourlyAt(scenario.Input.Now, flat) });
        Assert.Equal(ShiftAction.Run, decision.Action);
        Assert.Equal(0, decision.PredictedSavingPercent, 1e-9);
    }

    [Property]
    public void Carrying_a_decision_out_does_not_overturn_it(ShiftScenario scenario)
    {
        var decision = ShiftPolicy.Decide(scenario.Input);
        var carriedOut = scenario.Input with
        {
            Running = decision.Action == ShiftAction.Run,
            Waiting = decision.Action == ShiftAction.Wait,
        };
        Assert.Equal(decision.Action, ShiftPolicy.Decide(carriedOut).Action);
    }

    [Property]
    public void Dirtier_now_never_starts_work_that_waits(ShiftScenario scenario, byte more)
    {
        var forecast = scenario.Input.Outlook.Forecast.Select(slot => slot.Value).ToArray();
        if (ShiftPolicy.Decide(scenario.Input).Action == ShiftAction.Wait)
        {
            forecast[0] += more;
            var dirtier = scenario.Input with { Outlook = Outlooks.HourlyAt(scenario.Input.Now, forecast) };
            Assert.Equal(ShiftAction.Wait, ShiftPolicy.Decide(dirtier).Action);
        }
    }

    [Property]
    public void Scaling_every_intensity_changes_nothing(ShiftScenario scenario)
    {
        var doubled = scenario.Input.Outlook.Forecast.Select(slot => 2 * slot.Value).ToArray();
        var before = ShiftPolicy.Decide(scenario.Input);
        var after = ShiftPolicy.Decide(scenario.Input with { Outlook = Outlooks.HourlyAt(scenario.Input.Now, doubled) });
        Assert.Equal((before.Action, before.Reason, before.NextChangeAt), (after.Action, after.Reason, after.NextChangeAt));
    }

    [Property]
    public void Waiting_promises_at_least_the_minimum_saving(ShiftScenario scenario)
    {
        var decision = ShiftPolicy.Decide(scenario.Input);
        Assert.InRange(decision.PredictedSavingPercent, 0, 100);
        if (decision.Action == ShiftAction.Wait)
        {
            Assert.True(scenario.Input.Waiting || decision.PredictedSavingPercent >= scenario.Input.MinimumSavingPercent);
            Assert.True(decision.NextChangeAt > scenario.Input.Now);
        }
    }

    private static ShiftInput Advance(ShiftInput input, ShiftAction action)
    {
        var slotEnd = input.Outlook.SlotStart + input.Outlook.Step;
        var ran = action == ShiftAction.Run ? slotEnd - input.Now : TimeSpan.Zero;
        if (ran > input.RemainingWork)
        {
            return input with { Now = input.Now + input.RemainingWork, RemainingWork = TimeSpan.Zero };
        }

        return input with { Now = slotEnd, RemainingWork = input.RemainingWork - ran, Running = ran > TimeSpan.Zero, Waiting = ran == TimeSpan.Zero };
    }
}
