using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Training;

/// <summary>What decides how many workers a training has now.</summary>
/// <param name="Outlook">The zone's intensity now and to come.</param>
/// <param name="Now">The moment of the decision; it may lie after the outlook's.</param>
/// <param name="Deadline">When the work must be done; null means as soon as possible.</param>
/// <param name="RemainingWork">What is left, as run time of one worker.</param>
/// <param name="Curve">What numbers of workers do and take.</param>
/// <param name="Workers">How many run at the moment; 0 when the work waits.</param>
public sealed record ElasticInput(
    CarbonOutlook Outlook,
    DateTimeOffset Now,
    DateTimeOffset? Deadline,
    TimeSpan RemainingWork,
    ScalingCurve Curve,
    int Workers)
{
    /// <summary>
    /// Least predicted saving, in percent of the cheapest steady run, for which workers follow carbon. Above 0 they do not
    /// follow it either where the grid is as good as flat until the deadline; 0 takes whatever there is.
    /// </summary>
    public double MinimumSavingPercent { get; init; } = 3;

    /// <summary>Whether the last decision followed carbon: the minimum saving is asked once, not hour after hour.</summary>
    public bool Following { get; init; }

    /// <summary>Work done so far over what the curve promised for it; 1 while nothing was measured.</summary>
    public double MeasuredRatio { get; init; } = 1;

    /// <summary>Share by which the curve may promise too much without a deadline being missed.</summary>
    public double Reserve { get; init; } = 0.2;

    /// <summary>Run time lost when the number of workers changes.</summary>
    public TimeSpan RestartCost { get; init; }
}
