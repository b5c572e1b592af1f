using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Tests;

/// <summary>Hourly outlooks that start at a fixed midnight.</summary>
internal static class Outlooks
{
    public static readonly DateTimeOffset Midnight = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static CarbonOutlook Hourly(params double[] forecast) => HourlyAt(Midnight, forecast);

    public static CarbonOutlook HourlyAt(DateTimeOffset now, IReadOnlyList<double> forecast) => new(
        SignalKind.Average,
        now,
        new(forecast[0]),
        Stale: false,
        TimeSpan.FromHours(1),
        [.. forecast.Select(value => new GramsPerKilowattHour(value))],
        "Provider");

    public static CarbonSeries History(params double[] values) => new(
        SignalKind.Average,
        TimeSpan.FromHours(1),
        [.. values.Select((value, hour) => new CarbonSample(Midnight.AddHours(hour), new(value)))]);
}
