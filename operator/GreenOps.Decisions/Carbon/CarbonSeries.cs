namespace GreenOps.Decisions.Carbon;

/// <summary>Intensities of one signal over time; samples may be missing and in any order.</summary>
/// <param name="Signal">What the intensities measure.</param>
/// <param name="Step">Period that each sample describes; positive.</param>
/// <param name="Samples">The samples.</param>
public sealed record CarbonSeries(SignalKind Signal, TimeSpan Step, IReadOnlyList<CarbonSample> Samples)
{
    /// <summary>Period that each sample describes.</summary>
    public TimeSpan Step { get; } = Quantity.RequirePositive(Step, "step of a carbon series");

    /// <summary>This series with the samples of another; where both have one for a time, the other's counts.</summary>
    /// <param name="newer">The series that joins.</param>
    /// <returns>A series in order of time.</returns>
    /// <exception cref="SignalMismatchException">The signals differ.</exception>
    /// <exception cref="ArgumentException">The steps differ.</exception>
    public CarbonSeries Merge(CarbonSeries newer)
    {
        ArgumentNullException.ThrowIfNull(newer);
        SignalMismatchException.ThrowIfDifferent(Signal, newer.Signal);
        if (newer.Step != Step)
        {
            throw new ArgumentException($"A series with a step of {newer.Step} cannot join one of {Step}.", nameof(newer));
        }

        var merged = new SortedDictionary<DateTimeOffset, CarbonSample>();
        foreach (var sample in Samples.Concat(newer.Samples))
        {
            merged[sample.At] = sample;
        }

        return new CarbonSeries(Signal, Step, [.. merged.Values]);
    }
}
