namespace GreenOps.Decisions.Emissions;

/// <summary>Energy used between two readings of all pods' counters.</summary>
/// <param name="Used">Energy used since the previous readings.</param>
/// <param name="Readings">What to hand in as previous readings next time, by pod name in ordinal order.</param>
public sealed record MeterDelta(Joules Used, IReadOnlyList<MeterReading> Readings)
{
    /// <summary>
    /// Energy used since the previous readings. A counter that went down restarted, so its whole value is new; so is
    /// the value of a pod not read before.
    /// </summary>
    /// <param name="previous">Readings of the last time, as <see cref="Readings"/> returned them.</param>
    /// <param name="current">Readings of now, in any order; of two for one pod the higher counts.</param>
    /// <param name="alive">
    /// Pods that exist, so that the reading of one that could not be read this time is kept and not counted again in
    /// full when it answers; null when every pod that exists was read.
    /// </param>
    public static MeterDelta Between(
        IReadOnlyList<MeterReading> previous,
        IReadOnlyList<MeterReading> current,
        IReadOnlySet<string>? alive = null)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(current);
        var before = Highest(previous);
        var now = Highest(current);
        double used = 0;
        foreach (var (pod, total) in now)
        {
            var known = before.GetValueOrDefault(pod);
            used += total >= known ? total - known : total;
        }

        foreach (var (pod, total) in before)
        {
            if (alive?.Contains(pod) == true)
            {
                now.TryAdd(pod, total);
            }
        }

        return new MeterDelta(new(used), [.. now.Select(entry => new MeterReading(entry.Key, new(entry.Value)))]);
    }

    private static SortedDictionary<string, double> Highest(IReadOnlyList<MeterReading> readings)
    {
        SortedDictionary<string, double> highest = new(StringComparer.Ordinal);
        foreach (var reading in readings)
        {
            highest[reading.Pod] = Math.Max(highest.GetValueOrDefault(reading.Pod), reading.Total.Value);
        }

        return highest;
    }
}
