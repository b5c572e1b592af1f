namespace GreenOps.Decisions.Carbon;

/// <summary>How far forecasts lay from what came.</summary>
/// <param name="Compared">Forecast points whose time was measured.</param>
/// <param name="MeanAbsolute">Mean of the absolute errors, in g/kWh.</param>
/// <param name="MeanAbsoluteRatio">
/// Mean of the absolute errors as shares of what came (MAPE as a ratio); points at which 0 g/kWh came have no share and are left out.
/// </param>
public sealed record ForecastError(int Compared, double MeanAbsolute, double MeanAbsoluteRatio)
{
    /// <summary>Compares forecast points with what was measured.</summary>
    /// <param name="forecast">
    /// Points of one or more past forecasts, in any order; several for the same time each count. Those whose time was not measured are left out.
    /// </param>
    /// <param name="measured">What came, of the same signal.</param>
    /// <returns>The error; null when no point's time was measured.</returns>
    public static ForecastError? Between(IEnumerable<CarbonSample> forecast, CarbonSeries measured)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(measured);
        Dictionary<long, double> came = [];
        foreach (var sample in measured.Samples)
        {
            came[TimeGrid.IndexOf(sample.At, measured.Step)] = sample.Intensity.Value;
        }

        var (compared, withShare, absolute, share) = (0, 0, 0.0, 0.0);
        foreach (var point in forecast)
        {
            if (came.TryGetValue(TimeGrid.IndexOf(point.At, measured.Step), out var actual))
            {
                var error = Math.Abs(point.Intensity.Value - actual);
                absolute += error;
                compared++;
                if (actual > 0)
                {
                    share += error / actual;
                    withShare++;
                }
            }
        }

        return compared == 0 ? null : new ForecastError(compared, absolute / compared, withShare == 0 ? 0 : share / withShare);
    }
}
