namespace GreenOps.Benchmarks.Scale;

/// <summary>The middle and the end of a list of times, in milliseconds.</summary>
internal sealed record Percentiles(double P50, double P99)
{
    public static Percentiles Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalMilliseconds).Order().ToList();
        double At(double share) => Math.Round(sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)], 2);
        return new Percentiles(At(0.50), At(0.99));
    }
}
