using GreenOps.Decisions;

namespace GreenOps.Operator.Simulation.Forecasts;

/// <summary>Every coming day is as the latest 24 hours were.</summary>
internal sealed class PersistenceForecast(CarbonReplay replay) : IHourlyForecast
{
    private const int Day = 24;

    public IReadOnlyList<GramsPerKilowattHour> At(int hour, int hours)
    {
        var forecast = new GramsPerKilowattHour[hours];
        forecast[0] = replay.Hours[hour];
        for (var ahead = 1; ahead < hours; ahead++)
        {
            var daysBack = (ahead + Day - 1) / Day;
            forecast[ahead] = replay.Hours[Math.Max(0, hour + ahead - (Day * daysBack))];
        }

        return forecast;
    }
}
