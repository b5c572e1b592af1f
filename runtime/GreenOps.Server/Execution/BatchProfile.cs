namespace GreenOps.Server.Execution;

/// <summary>How long a variant takes for some rows at once, measured on this machine.</summary>
/// <param name="Rows">Rows of the run.</param>
/// <param name="Elapsed">The least disturbed of its runs.</param>
internal readonly record struct BatchTiming(int Rows, TimeSpan Elapsed)
{
    /// <summary>Rows per second.</summary>
    public double Rate => Rows / Elapsed.TotalSeconds;
}

/// <summary>
/// Whether and how far requests are put together for one run: as far as that was measured to give more rows per second.
/// On a processor it often gives none.
/// </summary>
internal sealed class BatchProfile
{
    /// <summary>A gain below this is within the noise of the measurement.</summary>
    private const double LeastGain = 1.1;

    /// <summary>Nearly the best rate is reached by fewer rows, with less latency.</summary>
    private const double Enough = 0.95;

    private readonly int[] _best;

    private BatchProfile(IReadOnlyList<BatchTiming> timings, string reason, int[] best)
    {
        Timings = timings;
        Reason = reason;
        _best = best;
    }

    /// <summary>What was measured; empty where nothing could be.</summary>
    public IReadOnlyList<BatchTiming> Timings { get; }

    /// <summary>Why requests are put together, or are not, as a sentence.</summary>
    public string Reason { get; }

    /// <summary>Most rows of a run of several requests; 1 where requests run alone.</summary>
    public int Limit => _best.Length - 1;

    /// <summary>Time that one row takes in the best batch; zero where nothing was measured.</summary>
    public TimeSpan PerRow => Timings.Count == 0 ? TimeSpan.Zero : Timings.Min(timing => timing.Elapsed / timing.Rows);

    /// <summary>A variant whose requests run alone.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="timings">What was measured.</param>
    public static BatchProfile Alone(string reason, params IReadOnlyList<BatchTiming> timings) => new(timings, reason, [0, 1]);

    /// <summary>Decides from what was measured.</summary>
    /// <param name="timings">Timings by rising rows, the first of one row.</param>
    /// <param name="longest">The longest a run may take.</param>
    public static BatchProfile Of(IReadOnlyList<BatchTiming> timings, TimeSpan longest)
    {
        var allowed = timings.Where(timing => timing.Rows == 1 || timing.Elapsed <= longest).ToList();
        var best = allowed.Max(timing => timing.Rate);
        var gain = best / timings[0].Rate;
        if (gain < LeastGain)
        {
            return Alone($"More rows at once give {gain:0.00} times the rows per second; requests run alone.", timings);
        }

        var limit = allowed.First(timing => timing.Rate >= Enough * best).Rows;
        return new BatchProfile(timings, $"Up to {limit} rows at once, which gives {gain:0.00} times the rows per second.", Table(allowed, limit));
    }

    /// <summary>How many of the rows that wait to run at once: as many as give the most rows per second.</summary>
    /// <param name="waiting">Rows that wait, at least one.</param>
    public int Best(int waiting) => _best[Math.Min(waiting, Limit)];

    private static int[] Table(List<BatchTiming> timings, int limit)
    {
        var table = new int[limit + 1];
        var (best, rate) = (1, 0.0);
        for (var rows = 1; rows <= limit; rows++)
        {
            var here = rows / Interpolate(timings, rows);
            (best, rate) = here >= rate ? (rows, here) : (best, rate);
            table[rows] = best;
        }

        return table;
    }

    private static double Interpolate(List<BatchTiming> timings, int rows)
    {
        var above = timings.First(timing => timing.Rows >= rows);
        var below = timings.Last(timing => timing.Rows <= rows);
        return above.Rows == below.Rows
            ? above.Elapsed.TotalSeconds
            : below.Elapsed.TotalSeconds + ((above.Elapsed - below.Elapsed).TotalSeconds * (rows - below.Rows) / (above.Rows - below.Rows));
    }
}
