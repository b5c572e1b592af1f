using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Training;

/// <summary>What decides whether training work runs now.</summary>
/// <param name="Outlook">The zone's intensity now and to come.</param>
/// <param name="Now">The moment of the decision; it may lie after the outlook's.</param>
/// <param name="Deadline">When the work must be done; null means as soon as possible.</param>
/// <param name="RemainingWork">Estimated run time of what is left.</param>
/// <param name="Interruptible">Whether the work can pause and resume.</param>
/// <param name="Running">Whether the work runs at the moment.</param>
public sealed record ShiftInput(
    CarbonOutlook Outlook,
    DateTimeOffset Now,
    DateTimeOffset? Deadline,
    TimeSpan RemainingWork,
    bool Interruptible,
    bool Running)
{
    /// <summary>
    /// Least predicted saving, in percent of running at once, for which work waits. Above 0 it does not wait either
    /// where the grid is as good as flat until the deadline; 0 takes whatever there is.
    /// </summary>
    public double MinimumSavingPercent { get; init; } = 3;

    /// <summary>
    /// Running work pauses only for slots that are cleaner by this percentage: a pause costs a checkpoint and a start,
    /// and a forecast that wavers would otherwise toggle it.
    /// </summary>
    public double KeepRunningPercent { get; init; } = 3;

    /// <summary>
    /// Whether the last decision was to wait. The minimum saving decides whether shifting is worth it at all; asked
    /// again hour after hour it would start work just before the cleanest hour, so work that waits is not asked again.
    /// </summary>
    public bool Waiting { get; init; }

    /// <summary>
    /// Time kept free before the deadline for late starts and low estimates; when null, one slot of the outlook. It is
    /// used up rather than missed: work that has nothing else left runs through it.
    /// </summary>
    public TimeSpan? Guard { get; init; }
}
