namespace GreenOps.Decisions.Carbon;

/// <summary>
/// Forecast from history alone: the usual day, changed by the day of the week, shifted by how far now lies from it. It
/// stands in where a provider has no forecast, or a stale or short one.
/// </summary>
/// <remarks>
/// All is reckoned in logarithms, since wind and sun scale a grid's intensity rather than add to it. The constants are the
/// same for every grid: fitted to the latest weeks of one grid, a few weather fronts, they lost more than they gained.
/// </remarks>
public static class BlendForecast
{
    /// <summary>Days of history that count; more change nothing, and half of them cost little.</summary>
    public const int HistoryDays = 42;

    private const double Least = 1;

    // Added to every intensity, as a share of the mean, before the logarithm is taken: near nothing it would run away.
    private const double LogOffsetShare = 0.2;

    // What sets now apart is in part gone by tomorrow (sun, demand) and in part stays for days (wind, an outage).
    private const double QuickShare = 0.3;
    private const double QuickHourly = 0.94;
    private const double SlowHourly = 0.99;

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
    /// <param name="stepsPerDay">
    /// Steps in a day: 24 for an hourly series. More or fewer where days are replayed faster; such days have no week.
    /// </param>
    /// <returns>
    /// <paramref name="steps"/> intensities of at least 1 g/kWh: element 0 is the latest sample, element j the
    /// prediction j steps after it, within what history saw.
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

        var recent = RecentIntensities.Of(history, HistoryDays * stepsPerDay);
        var offset = LogOffsetShare * recent.Mean;
        var logs = recent.Logarithms(offset, Least);
        var day = UsualDay.Of(logs, stepsPerDay);
        var week = UsualWeek.Of(logs, stepsPerDay, recent.Latest, history.Step);
        var anomaly = logs[0] - day.At(0) - week.At(0);
        var hours = 24.0 / stepsPerDay;
        var (quickDecay, slowDecay) = (Math.Pow(QuickHourly, hours), Math.Pow(SlowHourly, hours));

        var forecast = new GramsPerKilowattHour[steps];
        forecast[0] = new(Math.Max(Least, recent.Current));
        var (quick, slow) = (QuickShare * anomaly, (1 - QuickShare) * anomaly);
        for (var ahead = 1; ahead < steps; ahead++)
        {
            (quick, slow) = (quick * quickDecay, slow * slowDecay);
            var predicted = day.Has(ahead) && day.Has(0)
                ? Math.Exp(day.At(ahead) + week.At(ahead) + quick + slow) - offset
                : recent.Current;
            forecast[ahead] = new(Math.Max(Least, Math.Clamp(predicted, recent.Lowest, recent.Highest)));
        }

        return forecast;
    }
}
