using System.Diagnostics;
using GreenOps.Operator.Simulation;
using GreenOps.Operator.Simulation.Forecasts;
using GreenOps.Operator.Simulation.Training;

namespace GreenOps.Benchmarks.Carbon;

/// <summary>What training schedules reach over measured years.</summary>
internal sealed class TrainingGoals(CarbonData data, IReadOnlyList<MeasuredTrace> traces, string scratch)
{
    private const double WorthShiftingPercent = 7;
    private const int YearStarts = 1700;

    private static readonly string[] Profiles = ["nbody10k", "nbody100k", "brief_sublinear", "amdahl95", "linear"];

    // What the forecasts compare by: half a day of work, a day of slack.
    private static readonly ShiftJob HalfDay = new(12, 24, Interruptible: true);

    public IEnumerable<CarbonGoal> Measure() => [Oracle(), .. Noise(), .. Blend(), .. Elastic(), .. Flat(), Speed()];

    private CarbonGoal Oracle()
    {
        var rows = data.ReadShifts();
        var largest = rows.AsParallel().Max(row =>
        {
            var year = traces.Single(trace => trace.Name == row.Trace).Year;
            return Math.Max(
                Math.Abs(row.Interruptible - Optimum(year, new ShiftJob(row.WorkHours, row.SlackHours, Interruptible: true))),
                Math.Abs(row.NonInterruptible - Optimum(year, new ShiftJob(row.WorkHours, row.SlackHours, Interruptible: false))));
        });
        return new CarbonGoal(
            FormattableString.Invariant($"oracle beside the independent one, largest difference of {rows.Count} rows, twice each"),
            FormattableString.Invariant($"{largest:0.0000} points"),
            "at most 0.05",
            largest <= 0.05);
    }

    private IEnumerable<CarbonGoal> Noise()
    {
        List<double> fractions = [];
        foreach (var trace in traces)
        {
            var result = Run(trace.Year, "noise:0.05");
            if (result.OracleSavingPercent >= WorthShiftingPercent)
            {
                fractions.Add(result.FractionOfOracle);
                yield return CarbonGoal.AtLeast($"12 h in 36 h, 5 % noise, {trace.Name}", result.FractionOfOracle, 0.93);
            }
        }

        yield return CarbonGoal.AtLeast("12 h in 36 h, 5 % noise, mean", fractions.Average(), 0.97);
    }

    private IEnumerable<CarbonGoal> Blend() => traces
        .Select(trace => (trace, Goal: trace.Name switch
        {
            "em_US-CAL-CISO_2022" => 0.94,
            "em_DE_2022" => 0.82,
            "em_GB_2022" => 0.64,
            _ => (double?)null,
        }))
        .Where(goal => goal.Goal is not null)
        .Select(goal => CarbonGoal.AtLeast($"12 h in 36 h, blend, {goal.trace.Name}", Run(goal.trace.Year, "blend").FractionOfOracle, goal.Goal!.Value));

    private IEnumerable<CarbonGoal> Elastic()
    {
        List<double> fractions = [];
        var (misses, wrongMisses) = (0, 0);
        TrainingResult? published = null;
        foreach (var profile in Profiles)
        {
            List<double> ofProfile = [];
            foreach (var trace in traces)
            {
                var result = Scale(trace.Year, profile, "perfect", 0);
                ofProfile.Add(result.FractionOfOracle);
                misses += result.DeadlineMisses + Scale(trace.Year, profile, "blend", 0).DeadlineMisses;
                wrongMisses += Scale(trace.Year, profile, "blend", -0.2).DeadlineMisses + Scale(trace.Year, profile, "blend", 0.2).DeadlineMisses;
                published = (profile, trace.Name) == ("nbody100k", "em_CA-ON_2022") ? result : published;
            }

            fractions.AddRange(ofProfile);
            yield return CarbonGoal.AtLeast($"elastic, 24 h in 36 h, {profile}, least of {traces.Count} traces", ofProfile.Min(), 0.95);
        }

        yield return CarbonGoal.AtLeast("elastic, mean of profiles and traces", fractions.Average(), 0.98);
        yield return Near("elastic, nbody100k, em_CA-ON_2022, saving over one worker at once", published!.SavingPercent, 50.0);
        yield return Near("the same over suspend and resume", published.SavingOverSuspendResumePercent!.Value, 37.2);
        yield return CarbonGoal.NoMisses("elastic, deadline misses, perfect forecast and blend", misses);
        yield return CarbonGoal.NoMisses("elastic, deadline misses, profile 20 % too good or too bad, blend", wrongMisses);
    }

    private IEnumerable<CarbonGoal> Flat()
    {
        var path = Path.Join(scratch, "flat.csv");
        var random = new Random(1);
        var start = new DateTimeOffset(2022, 1, 1, 0, 0, 0, TimeSpan.Zero);
        File.WriteAllLines(path, Enumerable.Range(0, 8760)
            .Select(hour => FormattableString.Invariant($"{start.AddHours(hour):yyyy-MM-ddTHH:mm:ssZ},{300 + (7 * Math.Sin(hour * Math.PI / 12)) + (0.4 * random.NextDouble()):0.00}"))
            .Prepend("timestamp_utc,gco2_per_kwh"));
        var flat = CarbonReplay.Read(path);
        foreach (var forecast in new[] { "perfect", "blend" })
        {
            var result = Run(flat, forecast);
            yield return new CarbonGoal(
                $"flat grid (spread under 5 %), {forecast}",
                FormattableString.Invariant($"{result.NoPotentialStarts} of {result.Starts} say \"no potential\", saving {result.SavingPercent:0.00} %"),
                "all, never below 0",
                result.NoPotentialStarts == result.Starts && result.SavingPercent >= 0);
        }
    }

    private CarbonGoal Speed()
    {
        var year = traces[1].Year;
        var clock = Stopwatch.StartNew();
        var result = Run(year, "blend");
        var seconds = clock.Elapsed.TotalSeconds * YearStarts / result.Starts;
        return new CarbonGoal(
            FormattableString.Invariant($"a year of hourly decisions, {result.Starts} starts taken as {YearStarts}"),
            FormattableString.Invariant($"{seconds:0.00} s"),
            "under 2 s",
            seconds < 2);
    }

    private static CarbonGoal Near(string figure, double percent, double goal) => new(
        figure, FormattableString.Invariant($"{percent:0.0} %"), FormattableString.Invariant($"{goal:0.0} % within 1 point"), Math.Abs(percent - goal) <= 1);

    private static double Optimum(CarbonReplay year, ShiftJob job)
    {
        var starts = StartHours.In(year, job.WindowHours);
        return TrainingResult.Saving(
            starts.Sum(start => ShiftOracle.Least(year.Slice(start, job.WindowHours), job)),
            starts.Sum(start => year.Sum(start, job.WorkHours)));
    }

    private static TrainingResult Run(CarbonReplay year, string forecast) =>
        new ShiftReplay(year, ForecastChoice.Parse(forecast)!.Over(year, 1, HalfDay.WindowHours), HalfDay).Run();

    private TrainingResult Scale(CarbonReplay year, string profile, string forecast, double error)
    {
        var job = ElasticJob.Create(24, 36, ScalingProfileFile.Read(data.Profiles, profile, null), error) with { MinimumSavingPercent = 0 };
        return new ElasticReplay(year, ForecastChoice.Parse(forecast)!.Over(year, 1, job.WindowHours), job).Run();
    }
}
