namespace GreenOps.Decisions.Serving;

/// <summary>A latency that a percentile of the requests must not exceed.</summary>
/// <param name="Milliseconds">The longest latency allowed.</param>
/// <param name="Percentile">50 or 99.</param>
/// <exception cref="ArgumentOutOfRangeException">The percentile is neither 50 nor 99.</exception>
public sealed record LatencyObjective(double Milliseconds, int Percentile)
{
    /// <summary>50 or 99.</summary>
    public int Percentile { get; } = Percentile is 50 or 99
        ? Percentile
        : throw new ArgumentOutOfRangeException(nameof(Percentile), Percentile, "The latency percentile must be 50 or 99.");
}
