using GreenOps.Api.Zones;
using GreenOps.Decisions.Carbon;
using GreenOps.Operator.Carbon;

namespace GreenOps.Operator.Planning;

/// <summary>The coming slots of a zone.</summary>
/// <param name="Points">The slots, the next one first.</param>
/// <param name="BlendFrom">From where on they are the blend's; null when all are the provider's.</param>
public sealed record ZoneForecast(IReadOnlyList<IntensityPoint> Points, DateTimeOffset? BlendFrom)
{
    private const int Slots = 96;

    /// <summary>Who made the first of them; null when there are none.</summary>
    public ForecastSource? Source => Points.Count == 0 ? null : BlendFrom == Points[0].At ? ForecastSource.Blend : ForecastSource.Provider;

    /// <summary>The provider's forecast as far as it goes, and from there on what history alone predicts.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="reading">What the provider said.</param>
    /// <param name="history">Measured slots, oldest first.</param>
    /// <param name="now">The moment.</param>
    public static ZoneForecast Of(CarbonZone zone, CarbonReading reading, IReadOnlyList<IntensityPoint> history, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(history);
        var present = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % reading.Slot.Ticks), TimeSpan.Zero);
        var own = reading.Forecast.Where(point => point.At > present).ToList();
        var from = own.Count > 0 ? own[^1].At + reading.Slot : present + reading.Slot;
        var end = present + (reading.Slot * Slots);
        // What has not been measured for days says nothing about the days to come.
        return history.Count == 0 || history[^1].At < present - (reading.Slot * Slots) || from > end
            ? new ZoneForecast(own, null)
            : new ZoneForecast([.. own, .. Blend(ZoneOutlook.Series(zone, reading.Slot, history), history[^1].At, from, end)], from);
    }

    private static IEnumerable<IntensityPoint> Blend(CarbonSeries series, DateTimeOffset latest, DateTimeOffset from, DateTimeOffset end)
    {
        var predicted = BlendForecast.Predict(series, (int)((end - latest) / series.Step) + 1);
        for (var at = from; at <= end; at += series.Step)
        {
            yield return new IntensityPoint { At = at, GramsPerKWh = predicted[(int)((at - latest) / series.Step)].Value };
        }
    }
}
