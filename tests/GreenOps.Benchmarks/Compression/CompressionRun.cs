using System.Globalization;
using System.Text.RegularExpressions;
using GreenOps.Contract;

namespace GreenOps.Benchmarks.Compression;

/// <summary>Makes and measures every technique's variant.</summary>
/// <param name="settings">Data and effort.</param>
/// <param name="stages">What runs the stages.</param>
internal sealed partial class CompressionRun(CompressionSettings settings, TrainerStages stages)
{
    private const string Store = "store";
    private const long Seed = 7;
    private readonly CompressionSpecs specs = new(settings);

    /// <summary>All rows.</summary>
    public async Task<IReadOnlyList<TechniqueResult>> RunAsync(CancellationToken cancellationToken)
    {
        var parent = specs.Training(CompressionSpecs.Whole, "whole", Seed, settings.Epochs);
        var dense = await MeasuredAsync(parent, cancellationToken);
        (string Name, Func<Task<TechniqueResult>> Measure)[] techniques =
        [
            ("longer", () => LongerAsync(dense, cancellationToken)),
            ("element", () => ElementAsync(parent, dense, cancellationToken)),
            ("channel", () => ChannelAsync(parent, dense, cancellationToken)),
            ("int8", () => Int8Async(parent, dense, cancellationToken)),
            ("both", () => BothAsync(parent, dense, cancellationToken)),
            ("binary", () => BinaryAsync(parent, dense, cancellationToken)),
            ("exit", () => ExitAsync(cancellationToken)),
            ("distill", () => DistillAsync(parent, cancellationToken)),
            ("resume", () => ResumeAsync(cancellationToken)),
        ];
        List<TechniqueResult> results = [];
        foreach (var (name, measure) in techniques.Where(technique => technique.Name.StartsWith(settings.Only, StringComparison.Ordinal)))
        {
            results.Add(await measure());
        }

        return results;
    }

    /// <summary>What is fine-tuned has trained longer than what it is compared with: this is what the epochs alone give.</summary>
    private async Task<TechniqueResult> LongerAsync(Measured dense, CancellationToken cancellationToken)
    {
        var longer = await MeasuredAsync(specs.Training(CompressionSpecs.Whole, "longer", Seed, 2 * settings.Epochs), cancellationToken);
        return new TechniqueResult("nothing, trained twice as long", "", true) { Dense = 100 * dense.Profile.Accuracy, Variant = 100 * longer.Profile.Accuracy };
    }

    private async Task<TechniqueResult> ElementAsync(StageSpec parent, Measured dense, CancellationToken cancellationToken)
    {
        var variant = await VariantAsync(parent, "sparse", cancellationToken, CompressionSpecs.Prune(PruneGranularity.Element, 0.8, settings.Epochs, rounds: Math.Min(4, settings.Epochs)));
        var smaller = (double)dense.Profile.CompressedBytes / variant.Profile.CompressedBytes;
        return Row("element pruning 80 %", "at most 0.3 points; compressed 3.5x smaller", dense, variant, smaller, points => points >= -0.3 && smaller >= 3.5);
    }

    private async Task<TechniqueResult> ChannelAsync(StageSpec parent, Measured dense, CancellationToken cancellationToken)
    {
        var variant = await VariantAsync(parent, "slim", cancellationToken, CompressionSpecs.Prune(PruneGranularity.Channel, 0.5, settings.Epochs));
        var row = Row("channel pruning 50 %", "at most 0.3 points; 2.3x at batch 1, 3x at batch 32", dense, variant, Smaller(dense, variant), points => points >= -0.3);
        return row with { Met = row is { Met: true, Batch1: >= 2.3, Batch32: >= 3 } };
    }

    private async Task<TechniqueResult> Int8Async(StageSpec parent, Measured dense, CancellationToken cancellationToken)
    {
        var variant = await VariantAsync(parent, "int8", cancellationToken, CompressionSpecs.Quantize(QuantizePrecision.Int8, 0));
        var smaller = Smaller(dense, variant);
        return Row("int8 static", "at most 0.3 points; 3.8x smaller", dense, variant, smaller, points => points >= -0.3 && smaller >= 3.8);
    }

    private async Task<TechniqueResult> BothAsync(StageSpec parent, Measured dense, CancellationToken cancellationToken)
    {
        var variant = await VariantAsync(
            parent, "slim-int8", cancellationToken, CompressionSpecs.Prune(PruneGranularity.Channel, 0.5, settings.Epochs), CompressionSpecs.Quantize(QuantizePrecision.Int8, 0));
        var smaller = Smaller(dense, variant);
        return Row("channel pruning 50 % + int8", "at most 0.4 points; 14x smaller", dense, variant, smaller, points => points >= -0.4 && smaller >= 14);
    }

    private async Task<TechniqueResult> BinaryAsync(StageSpec parent, Measured dense, CancellationToken cancellationToken)
    {
        var variant = await VariantAsync(parent, "binary", cancellationToken, CompressionSpecs.Quantize(QuantizePrecision.Binary, settings.Epochs));
        var smaller = Smaller(dense, variant);
        return Row("binary weights", "at most 3 points; 20x smaller", dense, variant, smaller, points => points >= -3 && smaller >= 20);
    }

    private async Task<TechniqueResult> ExitAsync(CancellationToken cancellationToken)
    {
        var report = await stages.RunAsync(specs.Training(CompressionSpecs.Branched, "branched", Seed, settings.Epochs), Store, cancellationToken);
        var saved = ExitSavings().Match(report.Message);
        double Figure(string name) => double.Parse(saved.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
        var (percent, accuracy, full) = (Figure("saved"), 100 * Figure("accuracy"), 100 * Figure("full"));
        return new TechniqueResult("early exit, confidence 0.9", "at most 0.5 points; 30 % fewer operations", percent >= 30 && accuracy >= full - 0.5)
        {
            Dense = full,
            Variant = accuracy,
            Note = FormattableString.Invariant($"{percent:0.0} % fewer operations"),
        };
    }

    private async Task<TechniqueResult> DistillAsync(StageSpec parent, CancellationToken cancellationToken)
    {
        List<double> alone = [];
        List<double> taught = [];
        for (var seed = 1; seed <= settings.Seeds; seed++)
        {
            var student = specs.Training(CompressionSpecs.Student, $"alone{seed}", seed, settings.Epochs);
            alone.Add(100 * (await stages.RunAsync(student, Store, cancellationToken)).Profile!.Accuracy);
            var variant = specs.Variant(parent, $"taught{seed}", seed, CompressionSpecs.Distill(settings.Epochs));
            taught.Add(100 * (await stages.RunAsync(variant, Store, cancellationToken)).Profile!.Accuracy);
        }

        return new TechniqueResult("distillation, student of 2.3 % of the parameters", "better than the student alone", taught.Average() > alone.Average())
        {
            Dense = alone.Average(),
            Variant = taught.Average(),
            Note = FormattableString.Invariant($"mean of {settings.Seeds} seeds; deviation {Deviation(alone):0.00} alone, {Deviation(taught):0.00} taught"),
        };
    }

    private async Task<TechniqueResult> ResumeAsync(CancellationToken cancellationToken)
    {
        var training = specs.Training(CompressionSpecs.Student, "resumed", Seed, settings.Epochs);
        var variant = specs.Variant(training, "resumed", Seed, CompressionSpecs.Prune(PruneGranularity.Element, 0.8, settings.Epochs, rounds: Math.Min(4, settings.Epochs)));
        var kills = 0;
        foreach (var spec in new[] { training, variant })
        {
            var begin = TimeProvider.System.GetTimestamp();
            await stages.RunAsync(spec, "peace", cancellationToken);
            var whole = TimeProvider.System.GetElapsedTime(begin);
            // The longest pause ends the run, so that each begins anew and some go on from the middle.
            kills += await stages.RunKilledAsync(spec, "killed", [0.3 * whole, 0.4 * whole, 0.35 * whole], cancellationToken);
        }

        var same = new[] { training, variant }.All(spec => stages.Model(spec, "peace").AsSpan().SequenceEqual(stages.Model(spec, "killed")));
        return new TechniqueResult("resume", "the same bits after kill -9", same && kills > 0) { Note = $"{kills} kills in a training and a gradual pruning" };
    }

    private Task<Measured> VariantAsync(StageSpec parent, string name, CancellationToken cancellationToken, params CompressionStepSpec[] steps) =>
        MeasuredAsync(specs.Variant(parent, name, Seed, steps), cancellationToken);

    private async Task<Measured> MeasuredAsync(StageSpec spec, CancellationToken cancellationToken)
    {
        var report = await stages.RunAsync(spec, Store, cancellationToken);
        return new Measured(report.Profile!, stages.Model(spec, Store));
    }

    private static double Smaller(Measured dense, Measured variant) => (double)dense.Profile.Bytes / variant.Profile.Bytes;

    private static TechniqueResult Row(string technique, string goal, Measured dense, Measured variant, double smaller, Func<double, bool> holds)
    {
        var row = new TechniqueResult(technique, goal, false)
        {
            Dense = 100 * dense.Profile.Accuracy,
            Variant = 100 * variant.Profile.Accuracy,
            Smaller = smaller,
            Batch1 = SpeedRatio.Of(dense.Model, variant.Model, 1),
            Batch32 = SpeedRatio.Of(dense.Model, variant.Model, 32),
        };
        // What a table shows as 0.30 is not more than 0.3.
        return row with { Met = holds(Math.Round(row.Points!.Value, 4)) };
    }

    private static double Deviation(List<double> values) => Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / Math.Max(1, values.Count - 1));

    private sealed record Measured(VariantProfile Profile, byte[] Model);

    [GeneratedRegex(@"save (?<saved>-?[0-9.]+)\s?% of the multiply-accumulates at accuracy (?<accuracy>[0-9.]+), against (?<full>[0-9]\.[0-9]+)")]
    private static partial Regex ExitSavings();
}
