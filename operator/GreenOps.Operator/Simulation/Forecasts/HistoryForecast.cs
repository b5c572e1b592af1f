using GreenOps.Decisions;
using GreenOps.Decisions.Carbon;

namespace GreenOps.Operator.Simulation.Forecasts;

/// <summary>The operator's own forecast from what was measured before.</summary>
internal sealed class HistoryForecast(CarbonReplay replay) : IHourlyForecast
{
    private const int HistoryHours = 15 * 24;

    public IReadOnlyList<GramsPerKilowattHour> At(int hour, int hours)
    {
        var first = Math.Max(0, hour - HistoryHours);
        var history = new CarbonSample[hour - first + 1];
        for (var i = 0; i < history.Length; i++)
        {
            history[i] = replay.Series.Samples[first + i];
        }

        return BlendForecast.Predict(replay.Series with { Samples = history }, hours);
    }
}
