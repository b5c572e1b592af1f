using System.CommandLine;
using System.Text.Json;
using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Import;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Commands;

/// <summary><c>greenops-trainer compress</c>: compresses an ONNX file without a cluster, and says what it gained and lost.</summary>
internal static class CompressCommand
{
    private static readonly ProfileEffort Effort = new(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.2));

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The command.</summary>
    /// <param name="printed">Where results go.</param>
    /// <param name="errors">Where faults go.</param>
    /// <param name="effort">How long both models are measured; null for long enough.</param>
    public static Command Build(TextWriter printed, TextWriter errors, ProfileEffort? effort = null)
    {
        Argument<string?> model = new("model") { Description = "The ONNX file, of any exporter; weights in files beside it are taken in.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> output = new("--output") { Description = "Where the result goes. Example: --output small.onnx" };
        Option<string?> data = new("--data") { Description = "Folder of a data set to calibrate and judge with; without it inputs are generated, and fidelity to the original is judged. Example: --data ./fashion --format Idx" };
        Option<DatasetFormat> format = new("--format") { Description = "How the data set is encoded: Idx, Csv or Npy. Example: --data ./wine --format Csv", DefaultValueFactory = _ => DatasetFormat.Idx };
        Option<string?> target = new("--target-column") { Description = "Column of a CSV file that holds the class or value; the last one otherwise. Example: --data ./wine --format Csv --target-column quality" };
        Option<bool> json = new("--json") { Description = "Prints the result as JSON. Example: --json" };
        Option<string?> all = new("--all") { Description = "A folder: every .onnx file below it is compressed by every technique and held to its original; nothing is kept but the report. Example: greenops-trainer compress --all ./models --report table.md" };
        Option<string?> report = new("--report") { Description = "Where the table of --all goes. Example: --report table.md" };
        CompressOptions options = new();
        Command command = new(
            "compress",
            "Compresses an ONNX file: simplifies the graph, then prunes and quantizes it as asked; then measures both and says which layers stayed in float and why. "
            + "Example: greenops-trainer compress model.onnx --output small.onnx --prune 0.5 --quantize int8 --max-accuracy-loss 0.01")
        {
            model, output, data, format, target, json, all, report,
        };
        foreach (var option in options.All)
        {
            command.Options.Add(option);
        }

        command.SetAction(result => Guarded(errors, () =>
        {
            if (result.GetValue(all) is { } folder)
            {
                return CompressAll.Run(folder, result.GetValue(report), printed, errors);
            }

            var from = result.GetValue(model) ?? throw new ContractException("Name the ONNX file, or a folder by --all.");
            var to = result.GetValue(output) ?? throw new ContractException("--output is missing; say where the result goes.");
            var dataset = result.GetValue(data) is { } path
                ? DatasetLoader.Load(LocalDataset.At(path, result.GetValue(format), result.GetValue(target)))
                : null;
            var outcome = Run(from, to, options.Steps(result), result.GetValue(options.Seed), dataset, effort ?? Effort, TimeProvider.System);
            if (result.GetValue(json))
            {
                printed.WriteLine(JsonSerializer.Serialize(outcome, Json));
            }
            else
            {
                CompressReport.Write(outcome, printed);
            }

            return ExitCodes.Done;
        }));
        return command;
    }

    /// <summary>Compresses one file.</summary>
    /// <exception cref="StageException">It cannot be done.</exception>
    public static CompressOutcome Run(string from, string to, IReadOnlyList<CompressionStepSpec> steps, long seed, Dataset? data, ProfileEffort effort, TimeProvider time)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (GraphCompression.Fault(steps[i]) is { } fault)
            {
                throw new ContractException(fault);
            }
        }

        var read = Read(from, out var original);
        var opset = read.OpsetVersion;
        var model = RunnableForm.Of(read, ref original);
        var graph = GraphCompression.Apply(model, steps, seed, data, guarded: true, CancellationToken.None);
        var bytes = graph.Model.ToByteArray();
        // The original is run once, whatever is held to it.
        var meter = FidelityMeter.Of(original, data);
        var before = Profile(original, WeightSparsity.Of(model), _ => Evaluation.Itself(meter));
        var after = Profile(bytes, graph.Sparsity, session => Evaluation.Against(meter, session));
        if (after.Fidelity is null)
        {
            after = after with { Fidelity = meter.Measure(bytes) };
        }

        AtomicFile.Write(to, bytes);
        return new CompressOutcome(from, to, opset, graph.Model.OpsetVersion, before, after, graph.Done, graph.Left);

        VariantProfile Profile(byte[] bytes, double sparsity, Func<ModelSession, Evaluation> withoutData) => VariantProfiler.Profile(
            bytes,
            sparsity,
            session => data is null ? withoutData(session) : Evaluation.HeldOut(session, data),
            PowerSpec.CloudServerCore,
            effort,
            time,
            CancellationToken.None);
    }

    /// <summary>A model with the weights that lie beside it, and its bytes as one file.</summary>
    public static OnnxModel Read(string path, out byte[] bytes)
    {
        if (!File.Exists(path))
        {
            throw new ContractException($"There is no file {path}.");
        }

        if (new FileInfo(path).Length > int.MaxValue)
        {
            throw new ContractException($"{path} has more than {int.MaxValue} bytes; one ONNX file has at most as many.");
        }

        bytes = File.ReadAllBytes(path);
        return ExternalWeights.LoadWhole(ref bytes, Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static int Guarded(TextWriter errors, Func<int> run)
    {
        try
        {
            return run();
        }
        catch (OnnxFormatException error)
        {
            errors.WriteLine(error.Message);
            return ExitCodes.BadInput;
        }
        catch (Exception error)
        {
            var failure = StageFailure.Of(error);
            errors.WriteLine(failure.Message);
            return failure.ExitCode;
        }
    }
}
