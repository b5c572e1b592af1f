namespace GreenOps.Decisions.Training;

/// <summary>Whether training work runs now, and why.</summary>
/// <param name="Action">Run or wait.</param>
/// <param name="Reason">The reason for machines.</param>
/// <param name="Message">The reason for people, one sentence.</param>
/// <param name="NextChangeAt">When the plan next starts or pauses the work; null when it runs to its end.</param>
/// <param name="PredictedSavingPercent">
/// What the plan emits less than running at once and through, in percent, by the forecast; at least 0, and 0 where no
/// plan was made.
/// </param>
public sealed record ShiftDecision(
    ShiftAction Action,
    ShiftReason Reason,
    string Message,
    DateTimeOffset? NextChangeAt,
    double PredictedSavingPercent);
