using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Training;

namespace GreenOps.Decisions.Tests.Training;

/// <summary>Replays the policy as it ships, re-decided every hour by a forecast from the hours before alone.</summary>
internal sealed class BlendReplay(GramsPerKilowattHour[] intensities, int horizon)
{
    private const int HistoryHours = 15 * 24;

    private readonly Dictionary<int, IReadOnlyList<GramsPerKilowattHour>> forecasts = [];

    public double SavedPercent(ShiftRow row, int firstStart, int startStep, int lastHours)
    {
        double planned = 0, atOnce = 0;
        for (var start = firstStart; start < intensities.Length - lastHours; start += startStep)
        {
            planned += Run(start, row);
            atOnce += intensities.Skip(start).Take(row.WorkHours).Sum(slot => slot.Value);
        }

        return 100 * (1 - (planned / atOnce));
    }

    private double Run(int start, ShiftRow row)
    {
        double emitted = 0;
        var deadline = Outlooks.Midnight.AddHours(start + row.WorkHours + row.SlackHours);
        var (left, running) = (row.WorkHours, false);
        for (var hour = start; left > 0; hour++)
        {
            var input = new ShiftInput(
                Outlook(hour), Outlooks.Midnight.AddHours(hour), deadline, TimeSpan.FromHours(left), Interruptible: true, running)
            {
                Guard = TimeSpan.Zero,
                Waiting = hour > start && !running,
            };
            running = ShiftPolicy.Decide(input).Action == ShiftAction.Run;
            if (running)
            {
                emitted += intensities[hour].Value;
                left--;
            }
        }

        return emitted;
    }

    private CarbonOutlook Outlook(int hour)
    {
        if (!forecasts.TryGetValue(hour, out var forecast))
        {
            forecasts[hour] = forecast = BlendForecast.Predict(History(hour), horizon);
        }

        return new CarbonOutlook(
            SignalKind.Average,
            Outlooks.Midnight.AddHours(hour),
            intensities[hour],
            Stale: false,
            TimeSpan.FromHours(1),
            forecast,
            "Blend");
    }

    private CarbonSeries History(int hour) => new(
        SignalKind.Average,
        TimeSpan.FromHours(1),
        [
            .. Enumerable.Range(hour - HistoryHours, HistoryHours + 1)
                .Select(past => new CarbonSample(Outlooks.Midnight.AddHours(past), intensities[past])),
        ]);
}
