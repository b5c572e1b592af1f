namespace GreenOps.Decisions.Carbon;

/// <summary>Lays a zone's measurement and forecast points onto slots.</summary>
public static class OutlookBuilder
{
    private static readonly TimeSpan DefaultStep = TimeSpan.FromHours(1);

    /// <summary>Builds the outlook of one moment.</summary>
    /// <param name="input">Measurement, forecast points and the moment.</param>
    /// <returns>
    /// An outlook whose slot 0 is the measurement and whose later slots hold the latest point at or before their
    /// start. It ends where the points do: nothing is made up beyond them.
    /// </returns>
    public static CarbonOutlook Build(OutlookInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var points = input.Forecast.OrderBy(point => point.At).ToArray();
        var step = input.Step ?? ShortestDistance(points) ?? DefaultStep;
        return new CarbonOutlook(
            input.Signal,
            input.Now,
            input.Current,
            input.Now - input.ObservedAt > input.StaleAfter,
            step,
            Slots(input, points, step),
            input.ForecastSource);
    }

    private static List<GramsPerKilowattHour> Slots(OutlookInput input, CarbonSample[] points, TimeSpan step)
    {
        List<GramsPerKilowattHour> slots = [input.Current];
        if (points.Length == 0)
        {
            return slots;
        }

        // The last point describes a period as long as the distance to the point before it.
        var end = points[^1].At + (points.Length > 1 ? points[^1].At - points[^2].At : step);
        var next = 0;
        var value = input.Current;
        for (var start = TimeGrid.StartOf(input.Now, step) + step; start < end; start += step)
        {
            for (; next < points.Length && points[next].At <= start; next++)
            {
                value = points[next].Intensity;
            }

            slots.Add(value);
        }

        return slots;
    }

    private static TimeSpan? ShortestDistance(CarbonSample[] points)
    {
        TimeSpan? shortest = null;
        for (var i = 1; i < points.Length; i++)
        {
            var distance = points[i].At - points[i - 1].At;
            if (distance > TimeSpan.Zero && (shortest is null || distance < shortest))
            {
                shortest = distance;
            }
        }

        return shortest;
    }
}
