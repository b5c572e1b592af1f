namespace GreenOps.Decisions.Carbon;

/// <summary>
/// Forecast from history alone: the mean of the same time of day over the latest two weeks, shifted by how far now
/// lies from its own mean. The shift fades by 3 % an hour, since what sets today apart (wind, a nuclear outage) lasts
/// for hours to days. It stands in where a provider has no forecast, or a stale or short one.
/// </summary>
public static class BlendForecast
{
    private const int Days = 14;
    private const double HourlyPersistence = 0.97;
    private const double Least = 1;

    /// <summary>Predicts the steps that follow the latest sample, with a day of 24 hours.</summary>
    /// <inheritdoc cref="Predict(CarbonSeries, int, int)"/>
    public static IReadOnlyList<GramsPerKilowattHour> Predict(CarbonSeries history, int steps)
    {
        ArgumentNullException.ThrowIfNull(history);
        return Predict(history, steps, Math.Max(1, (int)Math.Round(TimeSpan.FromDays(1) / history.Step)));
    }

    /// <summary>Predicts the steps that follow the latest sample.</summary>
    /// <param name="history">
    /// Measured intensities. Samples that are missing are left out of the means; with less than a day of history the
    /// latest value persists.
    /// </param>
    /// <param name="steps">How many steps to predict, the latest sample's own included; at least 1.</param>
    /// <param name="stepsPerDay">Steps in a day: 24 for an hourly series, more or fewer where days are replayed faster.</param>
    /// <returns>
    /// <paramref name="steps"/> intensities of at least 1 g/kWh: element 0 is the latest sample, element j the
    /// prediction j steps after it.
    /// </returns>
    /// <exception cref="ArgumentException">The history is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public static IReadOnlyList<GramsPerKilowattHour> Predict(CarbonSeries history, int steps, int stepsPerDay)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerDay, 1);
        if (history.Samples.Count == 0)
        {
            throw new ArgumentException("A forecast needs at least one measured intensity.", nameof(history));
        }

        var measured = new Dictionary<long, double>(history.Samples.Count);
        foreach (var sample in history.Samples)
        {
            measured[TimeGrid.IndexOf(sample.At, history.Step)] = sample.Intensity.Value;
        }

        var latest = measured.Keys.Max();
        var current = measured[latest];
        var usual = SameTimeOfDayMean(measured, latest, 0, stepsPerDay);
        var anomaly = current - usual ?? 0;
        var decay = Math.Pow(HourlyPersistence, 24.0 / stepsPerDay);

        var forecast = new GramsPerKilowattHour[steps];
        forecast[0] = new(Math.Max(Least, current));
        for (var ahead = 1; ahead < steps; ahead++)
        {
            var mean = usual is null ? null : SameTimeOfDayMean(measured, latest, ahead, stepsPerDay);
            var predicted = mean is null ? current : mean.Value + (Math.Pow(decay, ahead) * anomaly);
            forecast[ahead] = new(Math.Max(Least, predicted));
        }

        return forecast;
    }

    private static double? SameTimeOfDayMean(Dictionary<long, double> measured, long latest, int ahead, int stepsPerDay)
    {
        var firstDay = Math.Max(1, (ahead + stepsPerDay - 1) / stepsPerDay);
        double sum = 0;
        var count = 0;
        for (var day = firstDay; day < firstDay + Days; day++)
        {
            if (measured.TryGetValue(latest + ahead - ((long)stepsPerDay * day), out var value))
            {
                sum += value;
                count++;
            }
        }

        return count == 0 ? null : sum / count;
    }
}
