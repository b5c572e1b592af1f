using System.CommandLine;
using GreenOps.Operator.Simulation;
using GreenOps.Operator.Simulation.Training;

namespace GreenOps.Operator.Commands;

/// <summary><c>greenops-operator simulate training</c>: when training would have run, and what that would have saved.</summary>
internal static class SimulateTrainingCommand
{
    /// <summary>The command.</summary>
    /// <param name="printed">Where the result goes.</param>
    /// <param name="errors">Where remarks and faults go.</param>
    public static Command Build(TextWriter printed, TextWriter errors)
    {
        SimulateOptions common = new();
        Option<int> work = new("--work-hours") { Description = "Hours that the training runs.", Required = true };
        Option<int?> slack = new("--slack-hours") { Description = "Hours that it may wait: the deadline is work and slack after the start." };
        Option<bool> interruptible = new("--interruptible") { Description = "The training may pause and resume." };
        Command command = new(
            "training",
            "Starts a training every five hours of the trace from day 45 on and decides anew every hour by the forecast of that hour. "
            + "Example: greenops-operator simulate training --carbon DE_2022.csv --work-hours 12 --slack-hours 24 --interruptible")
        {
            work, slack, interruptible,
        };
        common.AddTo(command);
        command.SetAction(result => SimulateCommand.Guarded(errors, () =>
        {
            var job = ShiftJob.Create(result.GetValue(work), result.GetValue(slack), result.GetValue(interruptible));
            var replay = CarbonReplay.Read(result.GetRequiredValue(common.Carbon));
            foreach (var remark in replay.Remarks)
            {
                errors.WriteLine(remark);
            }

            var forecast = result.GetRequiredValue(common.Forecast).Over(replay, result.GetValue(common.Seed), job.WindowHours);
            TrainingReport.Write(new ShiftReplay(replay, forecast, job).Run(), result.GetValue(common.Output), printed);
        }));
        return command;
    }
}
