using GreenOps.Api.Zones;
using GreenOps.Decisions.Carbon;
using GreenOps.Operator.Carbon;

namespace GreenOps.Operator.Planning;

/// <summary>Holds forecasts against what was measured after them. All it needs stands in the status, so a restart loses nothing.</summary>
/// <param name="Running">The forecast that waits for its hours; null when there is none.</param>
/// <param name="ErrorRatio">How far the last one that has been checked was off; null when none has.</param>
public sealed record ForecastTrial(ForecastOnTrial? Running, double? ErrorRatio)
{
    // A day holds every time of day once. The first verdict comes sooner, so that there is one.
    private const int Slots = 24;
    private const int FirstSlots = 6;

    private const int Digits = 4;

    /// <summary>The trial after a reading.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="reading">What the provider said.</param>
    /// <param name="forecast">The present forecast, the next slot first.</param>
    /// <param name="history">Measured slots.</param>
    /// <param name="now">The moment.</param>
    public static ForecastTrial Of(
        CarbonZone zone, CarbonReading reading, IReadOnlyList<IntensityPoint> forecast, IReadOnlyList<IntensityPoint> history, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(reading);
        var known = zone.Status?.Source == reading.Source ? zone.Status : null;
        var ratio = known?.ForecastErrorRatio;
        if (known?.ForecastOnTrial is { } running)
        {
            if (now < running.Points[^1].At + reading.Slot)
            {
                return new ForecastTrial(running, ratio);
            }

            ratio = Error(ZoneOutlook.Series(zone, reading.Slot, running.Points), ZoneOutlook.Series(zone, reading.Slot, history)) ?? ratio;
        }

        return new ForecastTrial(
            forecast.Count == 0 ? null : new ForecastOnTrial { MadeAt = now, Points = [.. forecast.Take(ratio is null ? FirstSlots : Slots)] },
            ratio);
    }

    /// <summary>The mean error as a share of what came; null when less than half of it was measured.</summary>
    private static double? Error(CarbonSeries forecast, CarbonSeries history) =>
        ForecastError.Between(forecast.Samples, history) is { } error && 2 * error.Compared >= forecast.Samples.Count
            ? Math.Round(error.MeanAbsoluteRatio, Digits)
            : null;
}
