using System.Globalization;
using System.Text;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Import;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Commands;

/// <summary>
/// Goes over every ONNX file of a folder with every technique. A model is rewritten, still loads and stays within the technique's
/// tolerance of its own outputs, or it is left alone for a reason; anything else is a fault of ours.
/// </summary>
internal static class CompressAll
{
    private const int GeneratedInputs = 8;

    // What the outputs of a rewriting that computes the same may be off by rounding, as a share of their range.
    private const double Rounding = 1e-3;

    // How far the outputs may turn, as 1 - cosine; null where a technique promises no nearness, only a model that runs.
    private static readonly (string Name, double? Tolerance, Func<OnnxModel, CompressedGraph> Apply)[] Techniques =
    [
        ("simplify", 0, model => Steps(model)),
        ("opset 13", 0, model => Upgrade(model, Int8Quantization.RequiredOpset)),
        ("opset 21", 0, model => Upgrade(model, OpsetUpgrade.Newest)),
        ("prune 0.5", null, model => Steps(model, Pruned(PruneGranularity.Element))),
        ("prune 2:4", null, model => Steps(model, Pruned(PruneGranularity.TwoOfFour))),
        ("int8", 0.02, model => Steps(model, Quantized("int8", 0.02))),
        ("int8-dynamic", 0.02, model => Steps(model, Quantized("int8-dynamic", 0.02))),
        ("float16", 0.001, model => Steps(model, Quantized("float16", null))),
        ("float16 compute", 0.001, model => Steps(model, Quantized("float16-compute", null))),
        ("int4", 0.1, model => Steps(model, Quantized("int4", 0.1))),
        ("binary", null, model => Steps(model, Quantized("binary", null))),
    ];

    /// <summary>Goes over a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="report">Where the table goes; null only prints it.</param>
    /// <param name="output">Where progress and the table are printed.</param>
    /// <param name="errors">Where faults are printed.</param>
    /// <returns>One of <see cref="ExitCodes"/>; 70 where a model came out wrong.</returns>
    public static int Run(string folder, string? report, TextWriter output, TextWriter errors)
    {
        if (!Directory.Exists(folder))
        {
            throw new ContractException($"--all is '{folder}', and there is no such folder.");
        }

        var files = Directory.GetFiles(folder, "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        List<Verdict> verdicts = [];
        foreach (var file in files)
        {
            verdicts.AddRange(Judge(file));
        }

        var table = Table(folder, files.Count, verdicts);
        output.Write(table);
        if (report is not null)
        {
            File.WriteAllText(report, table);
        }

        var faults = verdicts.Where(verdict => verdict.Outcome == Outcome.Fault).ToList();
        faults.ForEach(fault => errors.WriteLine($"{fault.File}: {fault.Technique}: {fault.Reason}"));
        return faults.Count > 0 ? ExitCodes.InternalError : ExitCodes.Done;
    }

    private static IEnumerable<Verdict> Judge(string file)
    {
        OnnxModel model;
        FidelityMeter meter;
        try
        {
            var read = CompressCommand.Read(file, out var bytes);
            model = RunnableForm.Of(read, ref bytes);
            using ModelSession session = new(bytes);
            var examples = TestDataExamples.Beside(file, session);
            // What ONNX Runtime makes of an original is not ours to judge.
            if (model != read && examples?.Error(file, session) is > Rounding and var off)
            {
                return [new Verdict(file, "read", Outcome.Fault, FormattableString.Invariant($"Its outputs are {off:0.####} off those that lie beside it."), 0, 0)];
            }

            meter = FidelityMeter.Of(session, examples is null ? GeneratedExamples.For(session, "fidelity", GeneratedInputs) : examples);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            return Techniques.Select(technique => new Verdict(file, technique.Name, Outcome.NotRunnable, error.Message, 0, 0));
        }
        catch (Exception error)
        {
            return [new Verdict(file, "read", Outcome.Fault, $"{error.GetType().Name}: {error.Message}", 0, 0)];
        }

        var before = model.ToByteArray().Length;
        return [.. Techniques.Select(technique => Judge(file, model, meter, before, technique))];
    }

    private static Verdict Judge(string file, OnnxModel model, FidelityMeter meter, int before, (string Name, double? Tolerance, Func<OnnxModel, CompressedGraph> Apply) technique)
    {
        try
        {
            var bytes = technique.Apply(model).Model.ToByteArray();
            var fidelity = meter.Measure(bytes);
            return technique.Tolerance switch
            {
                0 when fidelity.MaxRelativeError > Rounding => new Verdict(file, technique.Name, Outcome.Fault, FormattableString.Invariant($"Its outputs are {fidelity.MaxRelativeError:0.####} of their range off."), 0, 0),
                > 0 and var most when 1 - fidelity.Cosine > most => new Verdict(file, technique.Name, Outcome.LeftAlone, FormattableString.Invariant($"The cosine to the original's outputs would be {fidelity.Cosine:0.####}, less than {1 - most}."), 0, 0),
                _ => new Verdict(file, technique.Name, Outcome.Rewritten, "", 1 - fidelity.Cosine, (double)before / bytes.Length),
            };
        }
        catch (OnnxFormatException error)
        {
            return new Verdict(file, technique.Name, Outcome.LeftAlone, error.Message, 0, 0);
        }
        catch (Exception error)
        {
            return new Verdict(file, technique.Name, Outcome.Fault, $"{error.GetType().Name}: {error.Message}", 0, 0);
        }
    }

    private static bool IsRefusal(Exception error) => error is OnnxFormatException or StageException or ContractException;

    private static CompressedGraph Steps(OnnxModel model, params CompressionStepSpec[] steps) => GraphCompression.Apply(model, steps, 0, null, guarded: false, CancellationToken.None);

    private static CompressedGraph Upgrade(OnnxModel model, int version) => new(OpsetUpgrade.Apply(model, version, out _), 0, [], []);

    private static CompressionStepSpec Pruned(PruneGranularity granularity) => new()
    {
        Prune = new PruneSpec { Sparsity = 0.5, Criterion = PruneCriterion.Magnitude, Granularity = granularity, FineTuneEpochs = 0 },
    };

    private static CompressionStepSpec Quantized(string name, double? maxLoss) => new() { Quantize = CompressOptions.Technique(name) with { MaxAccuracyLoss = maxLoss } };

    private static string Table(string folder, int count, List<Verdict> verdicts)
    {
        StringBuilder table = new();
        table.AppendLine(CultureInfo.InvariantCulture, $"{count} ONNX files below {folder}, each rewritten by every technique, loaded in ONNX Runtime and held to its own outputs.");
        table.AppendLine();
        table.AppendLine("| technique | rewritten | left alone | original does not run | faults | least cosine | bytes, median ratio |");
        table.AppendLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var technique in verdicts.GroupBy(verdict => verdict.Technique))
        {
            var rewritten = technique.Where(verdict => verdict.Outcome == Outcome.Rewritten).ToList();
            var ratios = rewritten.Select(verdict => verdict.Ratio).Order().ToList();
            table.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {technique.Key} | {rewritten.Count} | {Number(Outcome.LeftAlone)} | {Number(Outcome.NotRunnable)} | {Number(Outcome.Fault)} | {1 - (rewritten.Count > 0 ? rewritten.Max(verdict => verdict.Turn) : 0):0.0000} | {(ratios.Count > 0 ? ratios[ratios.Count / 2] : 1):0.00}x |"));

            int Number(Outcome outcome) => technique.Count(verdict => verdict.Outcome == outcome);
        }

        table.AppendLine();
        table.AppendLine("Why models were left alone, without names and numbers:");
        table.AppendLine();
        foreach (var reason in verdicts.Where(verdict => verdict.Outcome is Outcome.LeftAlone or Outcome.NotRunnable).GroupBy(verdict => Kind(verdict.Reason)).OrderByDescending(reason => reason.Count()).Take(40))
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"- {reason.Count()}: {reason.Key}");
        }

        return table.ToString();
    }

    private static string Kind(string reason)
    {
        var kind = System.Text.RegularExpressions.Regex.Replace(reason.ReplaceLineEndings(" "), @"'[^']*'|\[[^\]]*\]|[0-9][0-9.]*|\S+ \((?=Conv|Gemm|MatMul)", "...");
        return kind.Length > 160 ? kind[..160] + "..." : kind;
    }

    private enum Outcome
    {
        Rewritten,
        LeftAlone,
        NotRunnable,
        Fault,
    }

    private sealed record Verdict(string File, string Technique, Outcome Outcome, string Reason, double Turn, double Ratio);
}
