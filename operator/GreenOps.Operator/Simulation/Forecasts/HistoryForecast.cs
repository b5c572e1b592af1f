using GreenOps.Decisions;
using GreenOps.Decisions.Carbon;

namespace GreenOps.Operator.Simulation.Forecasts;

/// <summary>The operator's own forecast from what was measured before.</summary>
internal sealed class HistoryForecast(CarbonReplay replay) : IHourlyForecast
{
    private const int HistoryHours = BlendForecast.HistoryDays * 24;

    public IReadOnlyList<GramsPerKilowattHour> At(int hour, int hours) =>
        BlendForecast.Predict(replay.History(hour, HistoryHours), hours);
}
