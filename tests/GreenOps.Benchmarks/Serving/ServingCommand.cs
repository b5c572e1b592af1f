using System.CommandLine;
using Spectre.Console;

namespace GreenOps.Benchmarks.Serving;

/// <summary>What the serving benchmark measures, and for how long.</summary>
/// <param name="Measure">Length of one measurement.</param>
/// <param name="Rounds">How often figures that are compared are measured, in turns.</param>
/// <param name="Soak">Length of the run at twice the saturation.</param>
/// <param name="Server">A published server; null to publish this repository's.</param>
internal sealed record ServingSettings(TimeSpan Measure, int Rounds, TimeSpan Soak, string? Server);

/// <summary>The command of the serving benchmark.</summary>
internal static class ServingCommand
{
    public static Command Build()
    {
        var seconds = new Option<double>("--seconds") { Description = "Length of one measurement.", DefaultValueFactory = _ => 3 };
        var rounds = new Option<int>("--rounds") { Description = "How often figures that are compared are measured, in turns.", DefaultValueFactory = _ => 3 };
        var soak = new Option<double>("--soak-seconds") { Description = "Length of the run at twice the saturation; 0 for none.", DefaultValueFactory = _ => 600 };
        var server = new Option<string?>("--server") { Description = "Folder of a published server; without it this repository's is published." };
        var command = new Command("serving", "Measures the server against ONNX Runtime by itself and behind node.") { seconds, rounds, soak, server };
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = new ServingSettings(
                TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(rounds), TimeSpan.FromSeconds(result.GetValue(soak)), result.GetValue(server));
            var figures = await new ServingRun(settings, Console.Error).RunAsync(cancellationToken);
            ServingReport.Print(figures, AnsiConsole.Console);
            return figures.Goals.All(goal => goal.Met != false) ? 0 : 1;
        });
        return command;
    }
}
