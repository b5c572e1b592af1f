using GreenOps.Decisions;

namespace GreenOps.Operator.Simulation.Forecasts;

/// <summary>Knows what came.</summary>
internal sealed class PerfectForecast(CarbonReplay replay) : IHourlyForecast
{
    public IReadOnlyList<GramsPerKilowattHour> At(int hour, int hours) => replay.Slice(hour, hours).ToArray();
}
