using GreenOps.Api.Zones;
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
    /// <param name="status">The status so far.</param>
    /// <param name="reading">What the provider said.</param>
    /// <param name="forecast">The present forecast, the next slot first.</param>
    /// <param name="history">Measured slots.</param>
    /// <param name="now">The moment.</param>
    public static ForecastTrial Of(
        CarbonZoneStatus? status, CarbonReading reading, IReadOnlyList<IntensityPoint> forecast, IReadOnlyList<IntensityPoint> history, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var known = status?.Source == reading.Source ? status : null;
        var ratio = known?.ForecastErrorRatio;
        if (known?.ForecastOnTrial is { } running)
        {
            if (now < running.Points[^1].At + reading.Slot)
            {
                return new ForecastTrial(running, ratio);
            }

            ratio = Error(running.Points, history) ?? ratio;
        }

        return new ForecastTrial(
            forecast.Count == 0 ? null : new ForecastOnTrial { MadeAt = now, Points = [.. forecast.Take(ratio is null ? FirstSlots : Slots)] },
            ratio);
    }

    /// <summary>Mean absolute error over the mean of what was measured; null when less than half of it was.</summary>
    private static double? Error(IReadOnlyList<IntensityPoint> forecast, IReadOnlyList<IntensityPoint> history)
    {
        var pairs = forecast.Join(history, point => point.At, point => point.At, (predicted, measured) => (Predicted: predicted.GramsPerKWh, Measured: measured.GramsPerKWh)).ToList();
        var measured = pairs.Sum(pair => pair.Measured);
        return 2 * pairs.Count >= forecast.Count && measured > 0
            ? Math.Round(pairs.Sum(pair => Math.Abs(pair.Predicted - pair.Measured)) / measured, Digits)
            : null;
    }
}
