using GreenOps.Decisions.Training;
using Xunit;

namespace GreenOps.Decisions.Tests.Training;

public sealed class ShiftPolicyTests
{
    private static readonly ShiftInput Flexible = new(
        Outlooks.Hourly(300, 290, 100, 280, 100, 300, 300, 300),
        Outlooks.Midnight,
        Outlooks.Midnight.AddHours(8),
        TimeSpan.FromHours(2),
        Interruptible: true,
        Running: false);

    private static DateTimeOffset At(double hour) => Outlooks.Midnight.AddHours(hour);

    [Fact]
    public void Without_a_deadline_work_runs_at_once() =>
        AssertRuns(ShiftReason.NoSlack, Flexible with { Deadline = null });

    [Fact]
    public void Stale_carbon_data_lets_work_run() =>
        AssertRuns(ShiftReason.CarbonDataStale, Flexible with { Outlook = Flexible.Outlook with { Stale = true } });

    [Fact]
    public void A_forecast_that_ended_lets_work_run() =>
        AssertRuns(ShiftReason.CarbonDataStale, Flexible with { Now = At(9), Deadline = At(20) });

    [Fact]
    public void An_exhausted_estimate_lets_work_run() =>
        AssertRuns(ShiftReason.EstimateUsedUp, Flexible with { RemainingWork = TimeSpan.Zero });

    [Fact]
    public void A_deadline_that_cannot_be_met_is_said_to_be_so() =>
        AssertRuns(ShiftReason.DeadlineUnreachable, Flexible with { RemainingWork = TimeSpan.FromHours(8.5) });

    [Fact]
    public void The_deadline_beats_carbon() =>
        AssertRuns(ShiftReason.DeadlineNear, Flexible with { RemainingWork = TimeSpan.FromHours(6.5) });

    [Fact]
    public void The_guard_keeps_time_free_before_the_deadline()
    {
        var tight = Flexible with
        {
            Outlook = Outlooks.Hourly(400, 290, 100, 280, 100, 300, 300, 300),
            RemainingWork = TimeSpan.FromHours(6.5),
        };
        AssertRuns(ShiftReason.DeadlineNear, tight);
        Assert.Equal(ShiftAction.Wait, ShiftPolicy.Decide(tight with { Guard = TimeSpan.Zero }).Action);
    }

    [Fact]
    public void A_flat_grid_has_no_potential()
    {
        var decision = AssertRuns(
            ShiftReason.NoPotential, Flexible with { Outlook = Outlooks.Hourly(100, 99, 99, 99, 99, 99, 99, 99) });
        Assert.Equal(100.0 / 199, decision.PredictedSavingPercent, 9);
        Assert.Contains("3 %", decision.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_that_waits_is_not_asked_for_the_minimum_saving_again()
    {
        var almostThere = Flexible with { Outlook = Outlooks.Hourly(100, 99, 99, 300, 300, 300, 300, 300), Waiting = true };
        Assert.Equal(At(1), ShiftPolicy.Decide(almostThere).NextChangeAt);
    }

    [Fact]
    public void Interruptible_work_waits_for_the_cleanest_slots()
    {
        var decision = ShiftPolicy.Decide(Flexible);
        Assert.Equal(
            new ShiftDecision(
                ShiftAction.Wait,
                ShiftReason.CleanerLater,
                "Waits until 2026-06-01 02:00:00Z: 100 g/kWh then against 300 now, saving about 66 %.",
                At(2),
                100 * (1 - (200.0 / 590))),
            decision);
    }

    [Fact]
    public void Interruptible_work_pauses_where_its_clean_slots_end()
    {
        var decision = ShiftPolicy.Decide(Flexible with { Now = At(2) });
        Assert.Equal((ShiftAction.Run, ShiftReason.CleanNow, At(3)), (decision.Action, decision.Reason, decision.NextChangeAt));
    }

    [Fact]
    public void Work_that_cannot_pause_waits_for_the_cleanest_window()
    {
        var decision = ShiftPolicy.Decide(Flexible with { Interruptible = false });
        Assert.Equal((ShiftAction.Wait, At(2)), (decision.Action, decision.NextChangeAt));

        var then = ShiftPolicy.Decide(Flexible with { Interruptible = false, Now = At(2) });
        Assert.Equal((ShiftAction.Run, ShiftReason.CleanNow, null), (then.Action, then.Reason, then.NextChangeAt));
    }

    [Fact]
    public void Work_that_cannot_pause_never_stops() =>
        AssertRuns(ShiftReason.NotInterruptible, Flexible with { Interruptible = false, Running = true });

    [Fact]
    public void Running_work_does_not_pause_for_a_sliver()
    {
        var sliver = Flexible with
        {
            Outlook = Outlooks.Hourly(100, 98, 98, 300, 300, 300, 300, 300),
            RemainingWork = TimeSpan.FromHours(1),
            MinimumSavingPercent = 0,
        };
        Assert.Equal(ShiftAction.Wait, ShiftPolicy.Decide(sliver).Action);
        Assert.Equal(ShiftAction.Run, ShiftPolicy.Decide(sliver with { Running = true }).Action);
    }

    [Fact]
    public void A_partial_slot_counts_for_what_is_left_of_it()
    {
        var halfPast = Flexible with
        {
            Outlook = Outlooks.Hourly(100, 200, 100, 300, 300, 300, 300, 300),
            Now = At(0.5),
            RemainingWork = TimeSpan.FromHours(1.5),
        };
        var decision = ShiftPolicy.Decide(halfPast);
        Assert.Equal((ShiftAction.Run, At(1)), (decision.Action, decision.NextChangeAt));
        Assert.Equal(100 * (1 - (150.0 / 250)), decision.PredictedSavingPercent, 9);
    }

    [Fact]
    public void Time_beyond_the_forecast_counts_as_its_median()
    {
        var longWork = Flexible with
        {
            Outlook = Outlooks.Hourly(200, 100, 300),
            Deadline = At(100),
            RemainingWork = TimeSpan.FromHours(40),
        };
        Assert.Equal(ShiftAction.Run, ShiftPolicy.Decide(longWork).Action);

        var dirtyNow = longWork with { Outlook = Outlooks.Hourly(300, 200, 100), RemainingWork = TimeSpan.FromHours(2) };
        Assert.Equal(At(1), ShiftPolicy.Decide(dirtyNow).NextChangeAt);
    }

    private static ShiftDecision AssertRuns(ShiftReason reason, ShiftInput input)
    {
        var decision = ShiftPolicy.Decide(input);
        Assert.Equal((ShiftAction.Run, reason), (decision.Action, decision.Reason));
        Assert.Null(decision.NextChangeAt);
        Assert.StartsWith("Runs", decision.Message, StringComparison.Ordinal);
        return decision;
    }
}
