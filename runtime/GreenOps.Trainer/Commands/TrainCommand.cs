using System.CommandLine;
using System.Security.Cryptography;
using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Commands;

/// <summary><c>greenops-trainer train</c>: the training stage by options instead of a document; everything after that is the same.</summary>
internal static class TrainCommand
{
    // The stage runs in a store of its own inside the output folder, where its checkpoint outlives an interruption.
    private const string Work = ".greenops";
    private const string Namespace = "local";
    private const int RevisionLength = 10;

    /// <summary>The command.</summary>
    /// <param name="run">Runs a stage to one of <see cref="ExitCodes"/>.</param>
    /// <param name="printed">Where results go.</param>
    /// <param name="errors">Where faults go.</param>
    public static Command Build(Func<StageSettings, Task<int>> run, TextWriter printed, TextWriter errors)
    {
        TrainOptions options = new();
        Option<string> output = new("--output") { Description = "Folder for model.onnx, the weights and the report; made when it is not there.", Required = true };
        Option<int> port = new("--metrics-port") { Description = "Port of the progress metrics; 0 takes a free one.", DefaultValueFactory = _ => 0 };
        Command command = new(
            "train",
            "Trains a network on a data set, exports it to ONNX and measures it. Stopped by SIGTERM or Ctrl-C it keeps a checkpoint (exit code 75); the same command goes on from it. "
            + "Example: greenops-trainer train --architecture cnn --filters 32 --data ./fashion-mnist --format Idx --epochs 5 --output ./model");
        foreach (var option in options.All.Append(output).Append(port))
        {
            command.Options.Add(option);
        }

        command.SetAction((result, _) => RunAsync(
            () => options.Read(result), Path.GetFullPath(result.GetRequiredValue(output)), result.GetRequiredValue(port), run, printed, errors));
        return command;
    }

    private static async Task<int> RunAsync(
        Func<StageSpec> read, string output, int port, Func<StageSettings, Task<int>> run, TextWriter printed, TextWriter errors)
    {
        StageSpec spec;
        StageSettings settings;
        try
        {
            spec = Addressed(read());
            var work = Directory.CreateDirectory(Path.Join(output, Work)).FullName;
            settings = new StageSettings(Path.Join(work, ArtifactFiles.Spec), work, Path.Join(work, ArtifactFiles.Report), port);
            await File.WriteAllBytesAsync(settings.StageFile, ContractJson.Write(spec));
        }
        catch (ContractException error)
        {
            errors.WriteLine(error.Message);
            return ExitCodes.BadInput;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"--output is '{output}' and cannot be written: {error.Message}");
            return ExitCodes.InternalError;
        }

        var exitCode = await run(settings);
        var report = ContractJson.Read<StageReport>(await File.ReadAllBytesAsync(settings.TerminationLog), ArtifactFiles.Report);
        if (exitCode != ExitCodes.Done)
        {
            errors.WriteLine(report.Message);
            return exitCode;
        }

        foreach (var file in Directory.GetFiles(new FileStore(settings.Store).Folder(spec.Namespace, spec.Model, spec.Stage, spec.Revision)))
        {
            File.Copy(file, Path.Join(output, Path.GetFileName(file)), overwrite: true);
        }

        printed.Write(ProfileTable.Of(Path.Join(output, ArtifactFiles.Model), report.Profile!, null));
        printed.WriteLine(FormattableString.Invariant($"The training took {report.Energy.WallSeconds:0.0} s and {report.Energy.Joules:0.0} J ({report.Energy.Source})."));
        return exitCode;
    }

    /// <summary>Other options are another training: an interrupted one is gone on with only by the same.</summary>
    private static StageSpec Addressed(StageSpec spec) =>
        spec with { Namespace = Namespace, Revision = Convert.ToHexStringLower(SHA256.HashData(ContractJson.Write(spec)))[..RevisionLength] };
}
