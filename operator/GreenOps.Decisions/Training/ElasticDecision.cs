namespace GreenOps.Decisions.Training;

/// <summary>How many workers a training has now, and why.</summary>
/// <param name="Workers">How many; 0 waits.</param>
/// <param name="Reason">The reason for machines.</param>
/// <param name="Message">The reason for people, one sentence.</param>
/// <param name="NextChangeAt">When the plan next changes the number; null when it stays to the end.</param>
/// <param name="PredictedSavingPercent">
/// What the plan emits less than the cheapest steady run, in percent, by the forecast; at least 0, and 0 where no plan was made.
/// </param>
/// <param name="Following">Whether the number follows carbon: the next input's <see cref="ElasticInput.Following"/>.</param>
public sealed record ElasticDecision(
    int Workers,
    ShiftReason Reason,
    string Message,
    DateTimeOffset? NextChangeAt,
    double PredictedSavingPercent,
    bool Following);
