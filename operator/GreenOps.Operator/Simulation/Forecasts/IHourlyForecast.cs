using GreenOps.Decisions;

namespace GreenOps.Operator.Simulation.Forecasts;

/// <summary>What was forecast in each hour of a recorded series.</summary>
public interface IHourlyForecast
{
    /// <summary>The forecast made in an hour.</summary>
    /// <param name="hour">The hour; what lies after it is not known then.</param>
    /// <param name="hours">How many hours are wanted, this one included.</param>
    /// <returns>Intensities from that hour on, the first one measured; fewer than wanted where the forecast ends.</returns>
    IReadOnlyList<GramsPerKilowattHour> At(int hour, int hours);
}
