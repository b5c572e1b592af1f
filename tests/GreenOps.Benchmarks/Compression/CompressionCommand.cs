using System.CommandLine;
using GreenOps.Sandbox;
using Spectre.Console;

namespace GreenOps.Benchmarks.Compression;

/// <summary>The command of the compression benchmark.</summary>
internal static class CompressionCommand
{
    public static Command Build()
    {
        var data = new Option<string>("--data")
        {
            Description = "Folder of Fashion-MNIST; Debian's full set where it is installed, else the bundled sample.",
            DefaultValueFactory = _ => Directory.Exists(CompressionSettings.FullSet) ? CompressionSettings.FullSet : SandboxImages.SampleDatasetFolder,
        };
        var epochs = new Option<int>("--epochs") { Description = "Passes of a training and of each fine-tuning.", DefaultValueFactory = _ => 8 };
        var seeds = new Option<int>("--seeds") { Description = "Seeds over which the distillation is averaged.", DefaultValueFactory = _ => 5 };
        var only = new Option<string>("--only") { Description = "longer, element, channel, int8, both, binary, exit, distill or resume; all without.", DefaultValueFactory = _ => "" };
        var command = new Command("compression", "Makes and measures the variant of every compression technique.") { data, epochs, seeds, only };
        command.SetAction(async (result, cancellationToken) =>
        {
            var folder = Directory.CreateTempSubdirectory("greenops-compression-").FullName;
            try
            {
                var settings = new CompressionSettings(
                    Path.GetFullPath(result.GetRequiredValue(data)), result.GetValue(epochs), result.GetValue(seeds), result.GetRequiredValue(only));
                var results = await new CompressionRun(settings, new TrainerStages(folder, Console.Error)).RunAsync(cancellationToken);
                CompressionReport.Print(results, AnsiConsole.Console);
                return results.All(row => row.Met) ? 0 : 1;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }
}
