using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Training;
using Xunit;

namespace GreenOps.Decisions.Tests.Training;

/// <summary>
/// Replays the policy with a perfect forecast over measured years and compares what it saves with independently
/// computed optima. The data is not part of the project: without it these tests are skipped.
/// </summary>
public sealed class ShiftGoldenTests
{
    // The published aggregate: a start every 5 hours from day 45 while six days remain.
    private const int FirstStart = 45 * 24;
    private const int StartStep = 5;
    private const int LastHours = 144;
    private const double TolerancePoints = 0.05;

    [Theory]
    [InlineData("em_DE_2022")]
    [InlineData("em_GB_2022")]
    [InlineData("em_CA-ON_2022")]
    public void A_perfect_forecast_reaches_the_optimum(string trace)
    {
        var folder = GoldenData.Find();
        Assert.SkipWhen(folder is null, $"shared/carbon is not here: the oracle columns of {trace} were not replayed.");
        var intensities = GoldenData.ReadTrace(folder, trace);
        foreach (var row in GoldenData.ReadShiftRows(folder, trace))
        {
            Assert.Equal(row.OracleInterruptible, SavedPercent(intensities, row, interruptible: true), TolerancePoints);
            Assert.Equal(row.OracleNonInterruptible, SavedPercent(intensities, row, interruptible: false), TolerancePoints);
        }
    }

    [Theory]
    [InlineData("em_DE_2022")]
    [InlineData("em_GB_2022")]
    [InlineData("em_CA-ON_2022")]
    public void A_forecast_from_history_alone_saves_what_was_measured_for_it(string trace)
    {
        var folder = GoldenData.Find();
        Assert.SkipWhen(folder is null, $"shared/carbon is not here: the forecast column of {trace} was not replayed.");
        var intensities = GoldenData.ReadTrace(folder, trace);
        foreach (var row in GoldenData.ReadShiftRows(folder, trace).Where(row => row is { WorkHours: 4 or 12, SlackHours: 24 }))
        {
            var replay = new BlendReplay(intensities, row.WorkHours + row.SlackHours);
            var saved = replay.SavedPercent(row, FirstStart, StartStep, LastHours);
            TestContext.Current.TestOutputHelper?.WriteLine($"{trace} {row}: {saved:0.00}");
            Assert.True(saved >= row.Blend - 0.1, $"{row} saved {saved}");
        }
    }

    private static double SavedPercent(GramsPerKilowattHour[] intensities, ShiftRow row, bool interruptible)
    {
        double planned = 0, atOnce = 0;
        for (var start = FirstStart; start < intensities.Length - LastHours; start += StartStep)
        {
            planned += Run(intensities, start, row, interruptible);
            atOnce += intensities.Skip(start).Take(row.WorkHours).Sum(slot => slot.Value);
        }

        return 100 * (1 - (planned / atOnce));
    }

    private static double Run(GramsPerKilowattHour[] intensities, int start, ShiftRow row, bool interruptible)
    {
        double emitted = 0;
        var (hour, left, end) = (start, row.WorkHours, start + row.WorkHours + row.SlackHours);
        while (left > 0)
        {
            var decision = ShiftPolicy.Decide(Input(intensities, hour, left, end, interruptible));
            var next = decision.NextChangeAt is { } change ? (int)(change - Outlooks.Midnight).TotalHours : hour + left;
            if (decision.Action == ShiftAction.Run)
            {
                emitted += intensities.Skip(hour).Take(next - hour).Sum(slot => slot.Value);
                left -= next - hour;
            }

            hour = next;
        }

        return emitted;
    }

    // The optimum knows neither a guard nor a least saving nor the cost of a pause, so all three are off.
    private static ShiftInput Input(GramsPerKilowattHour[] intensities, int hour, int left, int end, bool interruptible)
    {
        var now = Outlooks.Midnight.AddHours(hour);
        var outlook = new CarbonOutlook(
            SignalKind.Average,
            now,
            intensities[hour],
            Stale: false,
            TimeSpan.FromHours(1),
            new ArraySegment<GramsPerKilowattHour>(intensities, hour, end - hour),
            "Perfect");
        return new ShiftInput(
            outlook, now, Outlooks.Midnight.AddHours(end), TimeSpan.FromHours(left), interruptible, Running: false)
        {
            MinimumSavingPercent = 0,
            Guard = TimeSpan.Zero,
        };
    }
}
