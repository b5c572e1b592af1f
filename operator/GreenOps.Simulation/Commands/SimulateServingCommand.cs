using System.CommandLine;
using GreenOps.Operator.Commands;
using GreenOps.Operator.Simulation;
using GreenOps.Simulation.Requests;
using GreenOps.Simulation.Serving;
using GreenOps.Simulation.Variants;

namespace GreenOps.Simulation.Commands;

/// <summary><c>greenops simulate serving</c>: how traffic would have been served, and what that would have saved.</summary>
internal static class SimulateServingCommand
{
    /// <summary>The command.</summary>
    /// <param name="printed">Where the result goes.</param>
    /// <param name="errors">Where remarks and faults go.</param>
    public static Command Build(TextWriter printed, TextWriter errors)
    {
        SimulateOptions common = new();
        Option<string> requests = new("--requests") { Description = "CSV file of the load with the columns timestamp,requests_per_second; it repeats where the carbon trace is longer.", Required = true };
        Option<string> variants = new("--variants") { Description = "JSON file of the variants' figures, or what kubectl get greenmodel NAME -o json prints.", Required = true };
        Option<double> floor = new("--accuracy-floor") { Description = "Least mean accuracy over a window, from 0 to 1.", Required = true };
        Option<int> window = new("--window-hours") { Description = "Hours over which the mean accuracy holds the floor.", DefaultValueFactory = _ => 24 };
        Command command = new(
            "serving",
            "Serves a recorded load by the operator's plan, decided anew with every row of it and at least once a minute. "
            + "Example: greenops simulate serving --carbon DE_2022.csv --requests load.csv --variants variants.json --accuracy-floor 0.89 --window-hours 24")
        {
            requests, variants, floor, window,
        };
        common.AddTo(command);
        command.SetAction(result => SimulateCommand.Guarded(errors, () =>
        {
            var carbon = CarbonReplay.Read(result.GetRequiredValue(common.Carbon));
            var load = RequestReplay.Read(result.GetRequiredValue(requests), carbon.Start, carbon.At(carbon.Hours.Count));
            var set = VariantFile.Read(result.GetRequiredValue(variants));
            foreach (var remark in carbon.Remarks.Concat(load.Remarks).Concat(set.Remarks))
            {
                errors.WriteLine(remark);
            }

            var hours = Math.Max(1, result.GetValue(window));
            var task = new ServingTask(
                carbon,
                result.GetRequiredValue(common.Forecast).Over(carbon, result.GetValue(common.Seed), hours),
                load,
                set.Variants,
                set.Fleet,
                result.GetValue(floor),
                result.GetValue(window)).Checked();
            ServingReport.Write(ServingSimulation.Run(task), result.GetValue(common.Output), printed);
        }));
        return command;
    }
}
