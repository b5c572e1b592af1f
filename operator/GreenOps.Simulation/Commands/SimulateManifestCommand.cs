using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using GreenOps.Api.Models;
using GreenOps.Operator.Commands;
using GreenOps.Operator.Simulation;
using GreenOps.Simulation.Manifests;
using GreenOps.Simulation.Requests;
using GreenOps.Simulation.Variants;
using k8s.Models;

namespace GreenOps.Simulation.Commands;

/// <summary><c>greenops simulate -f</c>: what a manifest would emit and save, before anyone applies it.</summary>
internal static class SimulateManifestCommand
{
    private const string NoPlot = "none";

    /// <summary>Makes a command do this when no subcommand is named.</summary>
    /// <param name="command">The command.</param>
    /// <param name="printed">Where the result goes.</param>
    /// <param name="errors">Where remarks and faults go.</param>
    public static void Accept(Command command, TextWriter printed, TextWriter errors)
    {
        SimulateOptions common = new();
        Option<string> file = new("--file", "-f") { Description = "YAML file with a GreenModel.", Required = true };
        Option<string?> requests = new("--requests") { Description = "CSV file of the load with the columns timestamp,requests_per_second; without it serving is left out." };
        Option<string?> variants = new("--variants") { Description = "JSON file of the variants' figures; without it those of the manifest's status, else an example profile." };
        Option<string?> plot = new("--plot") { Description = "Where the plot goes, without .png and .svg; NAME-simulation in this folder without it, and none to draw none." };
        command.Add(file);
        command.Add(requests);
        command.Add(variants);
        command.Add(plot);
        common.AddTo(command);
        command.SetAction(result => SimulateCommand.Guarded(errors, () =>
        {
            var model = ManifestFile.Read(result.GetRequiredValue(file));
            var carbon = CarbonReplay.Read(result.GetRequiredValue(common.Carbon));
            var load = result.GetValue(requests) is { } path ? RequestReplay.Read(path, carbon.Start, carbon.At(carbon.Hours.Count)) : null;
            var set = Variants(model, result.GetValue(variants));
            foreach (var remark in carbon.Remarks.Concat(load is null ? ["Without --requests serving is left out."] : load.Remarks.Concat(set.Remarks)))
            {
                errors.WriteLine(remark);
            }

            var simulated = new ManifestSimulation(model, carbon, result.GetRequiredValue(common.Forecast), result.GetValue(common.Seed))
                .Run(load, set, PlotPath(result.GetValue(plot), model), errors.WriteLine);
            ManifestReport.Write(simulated, result.GetValue(common.Output), printed);
        }));
    }

    private static VariantSet Variants(GreenModel model, string? path)
    {
        if (path is not null)
        {
            return VariantFile.Read(path);
        }

        return model.Status?.Variants is { Count: > 0 } measured
            ? VariantFile.OfStatus($"the status of {model.Name()}", (JsonArray)JsonSerializer.SerializeToNode(measured)!)
            : VariantFile.Example();
    }

    private static string? PlotPath(string? given, GreenModel model) => given switch
    {
        NoPlot => null,
        null => $"{model.Name()}-simulation",
        _ => given,
    };
}
