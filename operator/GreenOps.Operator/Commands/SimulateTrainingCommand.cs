using System.CommandLine;
using GreenOps.Operator.Simulation;
using GreenOps.Operator.Simulation.Forecasts;
using GreenOps.Operator.Simulation.Training;

namespace GreenOps.Operator.Commands;

/// <summary><c>simulate training</c>: when training would have run, and what that would have saved.</summary>
internal sealed class SimulateTrainingCommand
{
    private const double DefaultPercent = 3;

    private readonly SimulateOptions common = new();

    private readonly Option<int> work = new("--work-hours") { Description = "Hours that the training runs; with a profile, hours that one worker needs.", Required = true };

    private readonly Option<int?> slack = new("--slack-hours") { Description = "Hours that it may wait: the deadline is work and slack after the start. Example: --slack-hours 24" };

    private readonly Option<int?> window = new("--window-hours") { Description = "Hours from the start to the deadline, in place of the slack. Example: --window-hours 36" };

    private readonly Option<bool> interruptible = new("--interruptible") { Description = "The training may pause and resume." };

    private readonly Option<double?> minimum = new("--minimum-saving-percent") { Description = "Least predicted saving for which it waits, as in a manifest's schedule; 3 by default, and 0 with a perfect forecast." };

    private readonly Option<string?> profile = new("--profile") { Description = "JSON file of scaling profiles, {\"name\": {\"speedup\": [...], \"rel_power\": [...]}}: the number of workers follows carbon." };

    private readonly Option<string?> profileName = new("--profile-name") { Description = "Which profile of the file. Example: --profile-name nbody100k" };

    private readonly Option<int?> maxWorkers = new("--max-workers") { Description = "Most workers; all that the profile knows by default." };

    private readonly Option<double> profileError = new("--profile-error") { Description = "What workers really do beyond the profile, as a share of it. Example: --profile-error -0.2" };

    private SimulateTrainingCommand()
    {
    }

    /// <summary>The command.</summary>
    /// <param name="printed">Where the result goes.</param>
    /// <param name="errors">Where remarks and faults go.</param>
    public static Command Build(TextWriter printed, TextWriter errors)
    {
        SimulateTrainingCommand options = new();
        Command command = new(
            "training",
            "Starts a training every five hours of the trace from day 45 on and decides anew every hour by the forecast of that hour. "
            + "Example: greenops simulate training --carbon DE_2022.csv --work-hours 12 --slack-hours 24 --interruptible")
        {
            options.work, options.slack, options.window, options.interruptible, options.minimum,
            options.profile, options.profileName, options.maxWorkers, options.profileError,
        };
        options.common.AddTo(command);
        command.SetAction(result => SimulateCommand.Guarded(errors, () => options.Run(result, printed, errors)));
        return command;
    }

    private void Run(ParseResult result, TextWriter printed, TextWriter errors)
    {
        var run = result.GetValue(profile) is { } path ? Elastic(result, path) : Shifted(result);
        var replay = CarbonReplay.Read(result.GetRequiredValue(common.Carbon));
        foreach (var remark in replay.Remarks)
        {
            errors.WriteLine(remark);
        }

        TrainingReport.Write(run(replay), result.GetValue(common.Output), printed);
    }

    private Func<CarbonReplay, TrainingResult> Shifted(ParseResult result)
    {
        if (result.GetValue(profileName) is not null || result.GetValue(maxWorkers) is not null || result.GetValue(profileError) != 0)
        {
            throw new SimulationInputException("--profile-name, --max-workers and --profile-error describe a --profile, which is missing.");
        }

        var hours = result.GetValue(work);
        var job = ShiftJob.Create(hours, WindowHours(result) - hours, result.GetValue(interruptible));
        return replay => new ShiftReplay(replay, Forecast(result, replay, job.WindowHours), job with
        {
            MinimumSavingPercent = MinimumSavingPercent(result, replay),
            KeepRunningPercent = IsPerfect(result) ? 0 : DefaultPercent,
        }).Run();
    }

    private Func<CarbonReplay, TrainingResult> Elastic(ParseResult result, string path)
    {
        var curve = ScalingProfileFile.Read(path, result.GetValue(profileName), result.GetValue(maxWorkers));
        var job = ElasticJob.Create(result.GetValue(work), WindowHours(result), curve, result.GetValue(profileError));
        return replay => new ElasticReplay(replay, Forecast(result, replay, job.WindowHours), job with
        {
            MinimumSavingPercent = MinimumSavingPercent(result, replay),
        }).Run();
    }

    private int WindowHours(ParseResult result) => (result.GetValue(slack), result.GetValue(window)) switch
    {
        (null, null) => throw new SimulationInputException("--slack-hours is missing; say how many hours the training may wait, or by --window-hours how many there are to its deadline."),
        ({ } hours, null) => result.GetValue(work) + hours,
        (null, { } hours) => hours,
        _ => throw new SimulationInputException("--slack-hours and --window-hours both set the deadline; give one."),
    };

    private IHourlyForecast Forecast(ParseResult result, CarbonReplay replay, int hours) =>
        result.GetRequiredValue(common.Forecast).Over(replay, result.GetValue(common.Seed), hours);

    // The least saving guards against forecasts that are wrong; what is never wrong is held against the optimum itself.
    private double MinimumSavingPercent(ParseResult result, CarbonReplay replay) =>
        result.GetValue(minimum) ?? (IsPerfect(result) && !replay.IsFlat ? 0 : DefaultPercent);

    private bool IsPerfect(ParseResult result) => result.GetRequiredValue(common.Forecast).Kind == ForecastKind.Perfect;
}
