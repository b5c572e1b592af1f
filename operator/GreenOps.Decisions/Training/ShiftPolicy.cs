using GreenOps.Decisions.Carbon;
using static System.FormattableString;

namespace GreenOps.Decisions.Training;

/// <summary>
/// Moves training work to the cleanest time before its deadline. Decided anew in every slot, so that a wrong forecast
/// costs savings and never the deadline.
/// </summary>
/// <remarks>
/// The plan is the greedy optimum of shifting one unit of work: the cheapest slots that hold it when it can pause, the
/// cheapest window otherwise ("Let's Wait Awhile", Wiesner et al., Middleware 2021).
/// </remarks>
public static class ShiftPolicy
{
    /// <summary>Difference between the dirtiest and the cleanest slot, in percent of their mean, below which a grid counts as flat.</summary>
    internal const double FlatSpreadPercent = 5;

    /// <summary>Decides whether work runs now.</summary>
    /// <param name="input">Outlook, deadline and work left.</param>
    /// <returns>The decision. The same input gives the same decision, and carrying it out does not overturn it.</returns>
    public static ShiftDecision Decide(ShiftInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Deadline is not { } deadline)
        {
            return Run(ShiftReason.NoSlack, "Runs at once: there is no deadline, so there is no slack to wait in.");
        }

        if (input.RemainingWork <= TimeSpan.Zero)
        {
            return Run(ShiftReason.EstimateUsedUp, "Runs: the work has taken longer than estimated and is not done.");
        }

        if (input.RemainingWork > deadline - input.Now)
        {
            return Run(
                ShiftReason.DeadlineUnreachable,
                $"Runs without a pause, but is expected to end after its deadline {Quantity.ToClock(deadline)}.");
        }

        if (input.Running && !input.Interruptible)
        {
            return Run(ShiftReason.NotInterruptible, "Runs: it has started and cannot be interrupted.");
        }

        if (input.Outlook.Stale)
        {
            return Run(ShiftReason.CarbonDataStale, "Runs: the carbon data is too old to plan by.");
        }

        var end = deadline - (input.Guard ?? input.Outlook.Step);
        if (ShiftWindow.Between(input.Now, end, input.Outlook) is not { } window)
        {
            return Run(ShiftReason.CarbonDataStale, "Runs: the carbon forecast ends before now.");
        }

        if (window.First.End + input.RemainingWork > end)
        {
            return Run(
                ShiftReason.DeadlineNear,
                $"Runs: waiting longer could miss the deadline {Quantity.ToClock(deadline)}.");
        }

        return input.Interruptible ? DecideSlots(input, window) : DecideStart(input, window);
    }

    private static ShiftDecision DecideSlots(ShiftInput input, ShiftWindow window)
    {
        var plan = window.CheapestFor(input.RemainingWork, input.Running ? 1 - (input.KeepRunningPercent / 100) : 1);
        var saving = SavingPercent(input, window, ShiftWindow.CostOfRunIn(plan, input.RemainingWork));
        if (IsTooLittle(saving, input, window))
        {
            return NoPotential(input, saving);
        }

        return plan[0].Start > input.Now ? Wait(plan[0], window, saving) : RunClean(PauseAfterFirst(plan), saving);
    }

    private static ShiftDecision DecideStart(ShiftInput input, ShiftWindow window)
    {
        var start = window.BestStartFor(input.RemainingWork);
        var saving = SavingPercent(input, window, window.CostOfRunFrom(start, input.RemainingWork));
        if (start == input.Now)
        {
            return RunClean(null, saving);
        }

        return IsTooLittle(saving, input, window)
            ? NoPotential(input, saving)
            : Wait(window.SlotAt(start), window, saving);
    }

    private static bool IsTooLittle(double saving, ShiftInput input, ShiftWindow window) =>
        !input.Waiting && input.MinimumSavingPercent > 0
        && (saving < input.MinimumSavingPercent || window.SpreadPercent() < FlatSpreadPercent);

    private static double SavingPercent(ShiftInput input, ShiftWindow window, double planned)
    {
        var atOnce = window.CostOfRunFrom(input.Now, input.RemainingWork);
        return atOnce > 0 ? Math.Max(0, 100 * (1 - (planned / atOnce))) : 0;
    }

    private static DateTimeOffset? PauseAfterFirst(List<CarbonSlot> plan)
    {
        for (var i = 1; i < plan.Count; i++)
        {
            if (plan[i].Start > plan[i - 1].End)
            {
                return plan[i - 1].End;
            }
        }

        return null;
    }

    private static ShiftDecision Run(ShiftReason reason, string message) =>
        new(ShiftAction.Run, reason, message, null, 0);

    private static ShiftDecision RunClean(DateTimeOffset? pauseAt, double saving) => new(
        ShiftAction.Run,
        ShiftReason.CleanNow,
        pauseAt is { } pause
            ? $"Runs until {Quantity.ToClock(pause)}: this is among the cleanest time before the deadline."
            : "Runs: this is the cleanest time before the deadline.",
        pauseAt,
        saving);

    private static ShiftDecision NoPotential(ShiftInput input, double saving) => new(
        ShiftAction.Run,
        ShiftReason.NoPotential,
        saving < input.MinimumSavingPercent
            ? Invariant($"Runs: shifting would save less than the minimum of {input.MinimumSavingPercent:0.##} %; no potential.")
            : Invariant($"Runs: the grid varies by less than {FlatSpreadPercent} % until the deadline; no potential."),
        null,
        saving);

    private static ShiftDecision Wait(CarbonSlot first, ShiftWindow window, double saving) => new(
        ShiftAction.Wait,
        ShiftReason.CleanerLater,
        Invariant($"Waits until {Quantity.ToClock(first.Start)}: {first.Intensity:0} g/kWh then against {window.First.Intensity:0} now, saving about {saving:0} %."),
        first.Start,
        saving);
}
