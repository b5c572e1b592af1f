namespace GreenOps.Sandbox.Load;

/// <summary>
/// A synthetic day of requests, made up for demonstration: quiet at night, two humps at 11 and 20 o'clock, the evening
/// one the peak. It is no recording of anybody's traffic.
/// </summary>
/// <param name="Peak">Requests a second at the day's peak.</param>
/// <param name="Start">When the replay began; the synthetic clock shows 08:00 then.</param>
/// <param name="Speed">How many times faster than the clock the day passes.</param>
internal sealed record LoadCurve(double Peak, DateTimeOffset Start, double Speed)
{
    /// <summary>Batches of images a second: more than one small replica answers on a laptop's core.</summary>
    public const double DefaultPeak = 300;

    private const double NightShare = 0.08;
    private const double StartHour = 8;

    /// <summary>Requests a second at a time.</summary>
    public double RateAt(DateTimeOffset now) => Peak * ShareAt(HourAt(now));

    /// <summary>The hour of the synthetic day, 0 to 24.</summary>
    public double HourAt(DateTimeOffset now) => (StartHour + ((now - Start).TotalHours * Speed)) % 24;

    /// <summary>The share of the peak at an hour of the day, in (0, 1].</summary>
    internal static double ShareAt(double hour) =>
        NightShare + ((1 - NightShare) * Math.Min(1, (0.7 * Hump(hour, 11, 3)) + Hump(hour, 20, 2.5)));

    // Around midnight the distance counts the short way round the clock.
    private static double Hump(double hour, double centre, double width)
    {
        var distance = Math.Abs(hour - centre);
        var nearest = Math.Min(distance, 24 - distance) / width;
        return Math.Exp(-0.5 * nearest * nearest);
    }
}
