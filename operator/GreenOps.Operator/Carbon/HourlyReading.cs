using System.Globalization;
using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>What a provider answered, in grams per kilowatt-hour at its own times.</summary>
/// <param name="Provider">The provider's name, for people.</param>
/// <param name="Field">Its field below spec.</param>
/// <param name="Source">Where the values are from.</param>
public sealed record ProviderData(string Provider, string Field, string Source)
{
    /// <summary>Values up to now, in any order.</summary>
    public IReadOnlyList<IntensityPoint> Measured { get; init; } = [];

    /// <summary>Values to come, in any order; what lies in the past is passed over.</summary>
    public IReadOnlyList<IntensityPoint> Forecast { get; init; } = [];

    /// <summary>Why something beside the value is missing.</summary>
    public CarbonDataException? Shortfall { get; init; }
}

/// <summary>
/// Checks what a provider answered and lays it onto the hours: means of five-minute, half-hourly or hourly values, so that
/// every decision sees the same grid.
/// </summary>
public static class HourlyReading
{
    /// <summary>Length of a slot.</summary>
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // Clocks that are kept by NTP differ by milliseconds; minutes are a fault.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    // The dirtiest plants emit a quarter of it; what lies above is in another unit.
    private const double Most = 5000;

    private const int MostHoursAhead = 96;

    /// <summary>The reading.</summary>
    /// <exception cref="CarbonDataException">There is no value, or one that cannot be.</exception>
    public static CarbonReading Of(ProviderData data, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Measured.Count == 0)
        {
            throw new CarbonDataException(CarbonFaults.ValueMissing, $"{data.Provider} has no value for now; check the zone in {data.Field}.");
        }

        foreach (var point in data.Measured.Concat(data.Forecast).Where(point => !double.IsFinite(point.GramsPerKWh) || point.GramsPerKWh > Most))
        {
            throw new CarbonDataException(CarbonFaults.WrongUnit, string.Create(
                CultureInfo.InvariantCulture,
                $"{data.Provider} gives {point.GramsPerKWh} g/kWh for {point.At:u}, and no grid has more than {Most}: it is in another unit; check {data.Field}."));
        }

        var latest = data.Measured.MaxBy(point => point.At)!;
        if (latest.At > now + Skew)
        {
            throw new CarbonDataException(
                CarbonFaults.ClockSkew,
                $"{data.Provider} gives a value measured at {latest.At:u}, which is yet to come by the operator's clock; check the clock of the operator's node, and whether the source writes local time as UTC.");
        }

        var present = StartOf(now);
        return new CarbonReading(latest.GramsPerKWh, latest.At, Hour, data.Source)
        {
            History = [.. Means(data.Measured, at => at > present ? present : at)],
            Forecast = [.. Means(data.Forecast).Where(point => point.At > present && point.At <= present + (Hour * MostHoursAhead))],
            Shortfall = data.Shortfall,
        };
    }

    /// <summary>Start of the hour that a moment lies in.</summary>
    public static DateTimeOffset StartOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % Hour.Ticks), TimeSpan.Zero);

    private static IEnumerable<IntensityPoint> Means(IEnumerable<IntensityPoint> points, Func<DateTimeOffset, DateTimeOffset>? limit = null) => points
        .GroupBy(point => limit is null ? StartOf(point.At) : limit(StartOf(point.At)))
        .OrderBy(hour => hour.Key)
        .Select(hour => new IntensityPoint { At = hour.Key, GramsPerKWh = hour.Average(point => point.GramsPerKWh) });
}
