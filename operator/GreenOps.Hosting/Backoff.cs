namespace GreenOps.Hosting;

/// <summary>Exponential backoff: the wait doubles with each failure in a row, up to a maximum.</summary>
internal sealed record Backoff(TimeSpan Min, TimeSpan Max)
{
    /// <summary>The wait after this many earlier failures in a row (0 or more).</summary>
    public TimeSpan Delay(int failures) =>
        // In floating point, where 2^n grows to infinity instead of wrapping.
        TimeSpan.FromSeconds(Math.Min(Max.TotalSeconds, Min.TotalSeconds * Math.Pow(2, failures)));

    /// <summary>As <see cref="Delay"/>, but somewhere between the whole and double, so that clients spread out.</summary>
    public TimeSpan DelayWithJitter(int failures) => Delay(failures) * (1 + Random.Shared.NextDouble());
}
