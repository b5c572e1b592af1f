using GreenOps.Decisions.Training;

namespace GreenOps.Decisions.Budgets;

/// <summary>Training as a budget sees it.</summary>
/// <param name="Predicted">What is left of it is expected to emit; null when nothing is known.</param>
/// <param name="RemainingWork">Estimated run time of what is left.</param>
/// <param name="Deadline">When it must be done; null when it has none.</param>
/// <param name="Interruptible">Whether it can pause and resume.</param>
/// <param name="Running">Whether it runs at the moment.</param>
public sealed record BudgetedTraining(Grams? Predicted, TimeSpan RemainingWork, DateTimeOffset? Deadline, bool Interruptible, bool Running);

/// <summary>Holds training back that a budget has no room for, until the budget's next window.</summary>
public static class TrainingBudget
{
    /// <summary>Applies the budgets to what the schedule decided.</summary>
    /// <param name="schedule">The decision of the schedule.</param>
    /// <param name="budgets">Every budget that the training counts on; those that only warn hold nothing back.</param>
    /// <param name="training">The training.</param>
    /// <returns>
    /// The schedule's decision, unless it is to run and a budget has no room: then to wait for the latest of the windows
    /// that follow. A training that would miss its deadline by waiting runs, and so does one that cannot be interrupted.
    /// </returns>
    public static ShiftDecision Apply(ShiftDecision schedule, IEnumerable<BudgetStanding> budgets, BudgetedTraining training)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(training);
        if (schedule.Action == ShiftAction.Wait || (training.Running && !training.Interruptible))
        {
            return schedule;
        }

        if (budgets.Where(budget => budget.Throttles && HasNoRoom(budget, training)).MaxBy(budget => budget.Window.End) is not { } full)
        {
            return schedule;
        }

        return training.Deadline is { } deadline && full.Window.End + training.RemainingWork > deadline
            ? schedule with
            {
                Message = $"{schedule.Message} {full.InWords} {Why(full)}, but the next begins too late for the deadline {Quantity.ToClock(deadline)}.",
            }
            : new ShiftDecision(
                ShiftAction.Wait,
                ShiftReason.BudgetExhausted,
                $"Waits for the next window: {full.InWords} {Why(full)}.",
                full.Window.End,
                0);
    }

    /// <summary>
    /// A training that runs is paused only when nothing is left: its own emissions are part of what is spent. One that a
    /// whole budget has no room for may begin in any window that has some left, or it never would.
    /// </summary>
    private static bool HasNoRoom(BudgetStanding budget, BudgetedTraining training) =>
        budget.Exhausted
        || (!training.Running
            && training.Predicted is { } predicted
            && predicted.Value <= budget.Limit.Value
            && predicted.Value > budget.Left.Value);

    private static string Why(BudgetStanding budget) => budget.Exhausted ? "is used up" : "has no room for this training";
}
