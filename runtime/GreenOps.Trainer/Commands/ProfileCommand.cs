using System.CommandLine;
using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Commands;

/// <summary><c>greenops-trainer profile</c>: measures an ONNX file as a stage measures what it made.</summary>
internal static class ProfileCommand
{
    /// <summary>The command.</summary>
    /// <param name="effort">How long to measure.</param>
    /// <param name="printed">Where the figures go.</param>
    /// <param name="errors">Where faults go.</param>
    public static Command Build(ProfileEffort effort, TextWriter printed, TextWriter errors)
    {
        Argument<string> model = new("model") { Description = "The ONNX file, of any exporter; weights in files beside it are taken in." };
        Option<string?> data = new("--data") { Description = "The data set to judge by: a folder, or a file. Without it no accuracy is told, and inputs are generated." };
        Option<DatasetFormat> format = new("--format") { Description = "How the data set is encoded: Idx, Csv or Npy.", DefaultValueFactory = _ => DatasetFormat.Idx };
        Option<string?> targetColumn = new("--target-column") { Description = "Csv: column with the class or the value; the last one when not given." };
        Option<double?> grams = new("--grams-per-kwh") { Description = "Carbon intensity of the grid; tells grams per 1,000 inferences. Example: --grams-per-kwh 300" };
        Option<double> idle = new("--idle-watts-per-core") { Description = "Stated watts of an idle core, where energy cannot be measured.", DefaultValueFactory = _ => PowerSpec.CloudServerCore.IdleWattsPerCore };
        Option<double> peak = new("--peak-watts-per-core") { Description = "Stated watts of a busy core, where energy cannot be measured.", DefaultValueFactory = _ => PowerSpec.CloudServerCore.PeakWattsPerCore };
        Command command = new(
            "profile",
            "Measures an ONNX file: size, latency, throughput, energy, and with a data set accuracy. Example: greenops-trainer profile model.onnx --data ./fashion-mnist --grams-per-kwh 300")
        {
            model, data, format, targetColumn, grams, idle, peak,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(model),
            result.GetValue(data) is { } path ? LocalDataset.At(path, result.GetValue(format), result.GetValue(targetColumn)) : null,
            new PowerSpec(result.GetValue(idle), result.GetValue(peak)),
            result.GetValue(grams)));
        return command;

        int Run(string path, DatasetSpec? dataset, PowerSpec power, double? gramsPerKilowattHour)
        {
            try
            {
                Check(power, gramsPerKilowattHour);
                var bytes = File.ReadAllBytes(path);
                var sparsity = WeightSparsity.Of(ExternalWeights.LoadWhole(ref bytes, Path.GetDirectoryName(Path.GetFullPath(path))!));
                var examples = dataset is null ? null : DatasetLoader.Load(dataset);
                var profile = VariantProfiler.Profile(bytes, sparsity, examples, bytes, power, effort, TimeProvider.System, CancellationToken.None);
                printed.Write(ProfileTable.Of(path, profile, gramsPerKilowattHour));
                return ExitCodes.Done;
            }
            catch (OnnxFormatException error)
            {
                errors.WriteLine($"{path} cannot be used: {error.Message}");
                return ExitCodes.BadInput;
            }
            catch (Exception error) when (error is StageException or DatasetException or ContractException)
            {
                var failure = StageFailure.Of(error);
                errors.WriteLine(failure.Message);
                return failure.ExitCode;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                errors.WriteLine(error.Message);
                return error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException ? ExitCodes.BadInput : ExitCodes.InternalError;
            }
        }
    }

    private static void Check(PowerSpec power, double? gramsPerKilowattHour)
    {
        if (gramsPerKilowattHour is not (null or (>= 0 and < double.PositiveInfinity)))
        {
            throw new ContractException(FormattableString.Invariant($"--grams-per-kwh is {gramsPerKilowattHour}; it must be 0 or more."));
        }

        if (!power.CanBe())
        {
            throw new ContractException(FormattableString.Invariant($"--idle-watts-per-core is {power.IdleWattsPerCore} and --peak-watts-per-core {power.PeakWattsPerCore}; idle must be 0 or more and peak not below it."));
        }
    }
}
