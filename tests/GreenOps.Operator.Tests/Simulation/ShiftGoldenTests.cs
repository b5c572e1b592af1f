using GreenOps.Operator.Simulation.Forecasts;
using GreenOps.Operator.Simulation.Training;
using Xunit;

namespace GreenOps.Operator.Tests.Simulation;

/// <summary>
/// Replays measured years through the training decisions and compares them with independently computed optima. The data is
/// not part of the project: without it these tests are skipped.
/// </summary>
public sealed class ShiftGoldenTests
{
    private const double TolerancePoints = 0.05;

    public static TheoryData<string> Traces => ["em_DE_2022", "em_GB_2022", "em_CA-ON_2022"];

    [Theory]
    [MemberData(nameof(Traces))]
    public void The_best_possible_is_the_published_optimum_on_every_row(string trace)
    {
        var data = GoldenData.FindOrSkip();
        var replay = data.ReadTrace(trace);
        foreach (var row in data.ShiftRows(trace))
        {
            Assert.Equal(row.Interruptible, Optimum(new ShiftJob(row.WorkHours, row.SlackHours, Interruptible: true)), TolerancePoints);
            Assert.Equal(row.NonInterruptible, Optimum(new ShiftJob(row.WorkHours, row.SlackHours, Interruptible: false)), TolerancePoints);
        }

        double Optimum(ShiftJob job)
        {
            var starts = StartHours.In(replay, job.WindowHours);
            return TrainingResult.Saving(
                starts.Sum(start => ShiftOracle.Least(replay.Slice(start, job.WindowHours), job)),
                starts.Sum(start => replay.Sum(start, job.WorkHours)));
        }
    }

    [Theory]
    [MemberData(nameof(Traces))]
    public void A_perfect_forecast_reaches_it(string trace)
    {
        var data = GoldenData.FindOrSkip();
        var replay = data.ReadTrace(trace);
        foreach (var row in data.ShiftRows(trace).Where(row => row is { WorkHours: 4, SlackHours: 24 } or { WorkHours: 12, SlackHours: 48 }))
        {
            foreach (var interruptible in new[] { true, false })
            {
                var job = new ShiftJob(row.WorkHours, row.SlackHours, interruptible) { MinimumSavingPercent = 0, KeepRunningPercent = 0 };
                var result = new ShiftReplay(replay, new ForecastChoice(ForecastKind.Perfect).Over(replay, 1, job.WindowHours), job).Run();
                Assert.Equal(interruptible ? row.Interruptible : row.NonInterruptible, result.SavingPercent, TolerancePoints);
                Assert.Equal(0, result.DeadlineMisses);
            }
        }
    }

    [Theory]
    [InlineData("em_DE_2022", "blend", 0.82)]
    [InlineData("em_GB_2022", "blend", 0.64)]
    [InlineData("em_CA-ON_2022", "blend", 0.87)]
    [InlineData("em_DE_2022", "noise:0.05", 0.95)]
    [InlineData("em_GB_2022", "noise:0.05", 0.95)]
    [InlineData("em_CA-ON_2022", "noise:0.05", 0.98)]
    public void A_forecast_that_can_be_wrong_reaches_most_of_it(string trace, string forecast, double fraction)
    {
        var replay = GoldenData.FindOrSkip().ReadTrace(trace);
        var job = new ShiftJob(12, 24, Interruptible: true);
        var result = new ShiftReplay(replay, ForecastChoice.Parse(forecast)!.Over(replay, 1, job.WindowHours), job).Run();
        TestContext.Current.TestOutputHelper?.WriteLine($"{trace} {forecast}: {result}");
        Assert.InRange(result.FractionOfOracle, fraction, 1);
        Assert.Equal(0, result.DeadlineMisses);
    }

    [Theory]
    [MemberData(nameof(Traces))]
    public void Scaling_workers_reaches_nearly_the_fractional_optimum(string trace)
    {
        var data = GoldenData.FindOrSkip();
        var replay = data.ReadTrace(trace);
        List<double> fractions = [];
        foreach (var row in data.ElasticRows(trace).Where(row => row.WindowHours == 36))
        {
            var result = Run(row, error: 0);
            Assert.Equal(0, result.DeadlineMisses);
            Assert.Equal(row.Optimum, result.OracleSavingPercent, TolerancePoints);
            Assert.Equal(row.SuspendResume, result.SuspendResumeSavingPercent!.Value, TolerancePoints);
            Assert.Equal(row.Hull, result.SavingPercent, 1.0);
            fractions.Add(result.FractionOfOracle);
        }

        Assert.True(fractions.Min() >= 0.95 && fractions.Average() >= 0.98, string.Join(' ', fractions));
        Assert.Equal(0, Run(data.ElasticRows(trace).First(), error: -0.2).DeadlineMisses);

        TrainingResult Run(ElasticRow row, double error)
        {
            var job = new ElasticJob(row.WorkHours, row.WindowHours, ScalingProfileFile.Read(data.ProfilesPath, row.Profile, null))
            {
                ProfileError = error,
                MinimumSavingPercent = 0,
            };
            return new ElasticReplay(replay, new ForecastChoice(ForecastKind.Perfect).Over(replay, 1, job.WindowHours), job).Run();
        }
    }
}
