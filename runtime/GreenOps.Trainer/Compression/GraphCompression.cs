using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Compression;

/// <summary>A model that was compressed by rewriting its graph.</summary>
/// <param name="Model">The model.</param>
/// <param name="Sparsity">Share of its weights that are zero.</param>
/// <param name="Done">What was done, a sentence each.</param>
/// <param name="Left">The layers that stayed in float, and why.</param>
internal sealed record CompressedGraph(OnnxModel Model, double Sparsity, IReadOnlyList<string> Done, IReadOnlyList<SkippedLayer> Left)
{
    /// <summary>What a limit that nobody asked for did; empty where it did nothing.</summary>
    public string Note { get; init; } = "";
}

/// <summary>Compresses any ONNX model, whoever exported it: the graph is simplified first, and each step is a pass over it.</summary>
internal static class GraphCompression
{
    /// <summary>Applies the steps.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">Pruning and quantization without fine-tuning; none only simplifies.</param>
    /// <param name="seed">Seed of random choices.</param>
    /// <param name="data">Examples to calibrate and judge with; null generates inputs.</param>
    /// <param name="guarded">Whether 8 bits without a limit keep the outputs near the original's all the same: for models that no training follows up.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <exception cref="OnnxFormatException">A step finds nothing to do, or cannot be done; the sentence says why.</exception>
    /// <exception cref="StageException">ONNX Runtime does not run the model, or the data do not fit it.</exception>
    public static CompressedGraph Apply(OnnxModel model, IReadOnlyList<CompressionStepSpec> steps, long seed, Dataset? data, bool guarded, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(steps);
        var graph = Simplify(model);
        foreach (var step in steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            graph = step.Prune is { } prune ? Prune(graph, prune, seed) : Quantize(graph, step.Quantize!, data, guarded, cancellationToken);
        }

        return graph;
    }

    /// <summary>Why a step cannot be done to a graph without the network behind it; null where it can.</summary>
    public static string? Fault(CompressionStepSpec step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return step switch
        {
            { Distill: not null } => "distill needs training, and an imported model has no network behind it that a student could be taught by here.",
            { Prune.Granularity: PruneGranularity.Channel } =>
                "prune.granularity is Channel, which needs a network that GreenOps trained; an imported model takes Element or TwoOfFour.",
            { Prune: { FineTuneEpochs: > 0 } or { Rounds: > 1 } } =>
                $"prune.fineTuneEpochs is {step.Prune.FineTuneEpochs} and prune.rounds {step.Prune.Rounds}; an imported model cannot be fine-tuned, so they must be 0 and 1.",
            { Quantize.FineTuneEpochs: > 0 } =>
                $"quantize.fineTuneEpochs is {step.Quantize.FineTuneEpochs}; an imported model cannot be fine-tuned, so it must be 0.",
            _ => null,
        };
    }

    private static CompressedGraph Simplify(OnnxModel model)
    {
        var simplified = Simplification.Apply(model, ConstantRuntime.Evaluate, out var report);
        var done = report.IsEmpty
            ? []
            : (List<string>)[$"Simplified: {report.Folded} nodes folded into constants, {report.Identities} identities and {report.Unread} unread nodes and constants removed, {report.Normalizations} batch normalizations folded, {report.Merged} constants merged with their like."];
        return new CompressedGraph(simplified, WeightSparsity.Of(simplified), done, []);
    }

    private static CompressedGraph Prune(CompressedGraph graph, PruneSpec prune, long seed)
    {
        var pruned = MagnitudePruning.Apply(
            graph.Model,
            new MagnitudePruningOptions
            {
                Sparsity = prune.Sparsity,
                Criterion = prune.Criterion == PruneCriterion.Random ? PruningCriterion.Random : PruningCriterion.Magnitude,
                Scope = prune.Scope == PruneScope.Layer ? PruningScope.PerLayer : PruningScope.Global,
                Pattern = prune.Granularity == PruneGranularity.TwoOfFour ? PruningPattern.TwoOfFour : PruningPattern.Unstructured,
                Seed = (int)SplitMix64.SeedFor(seed, "prune elements"),
            },
            out var report);
        var dense = prune.Granularity == PruneGranularity.TwoOfFour ? report.Tensors.Where(tensor => tensor.Sparsity < 0.5).ToList() : [];
        return new CompressedGraph(
            pruned,
            report.Sparsity,
            [.. graph.Done, FormattableString.Invariant($"Pruned by {prune.Granularity}, {prune.Criterion}: {report.Sparsity:0.0000} of {report.Tensors.Sum(tensor => tensor.Count)} weights are zero.")],
            [.. graph.Left, .. dense.Select(tensor => new SkippedLayer(tensor.Name, "weights", "Its inputs are not a multiple of four, so it stays dense."))]);
    }

    private static CompressedGraph Quantize(CompressedGraph graph, QuantizeSpec quantize, Dataset? data, bool guarded, CancellationToken cancellationToken)
    {
        var limit = LossLimit.Of(quantize, guarded);
        var (model, report, note) = quantize switch
        {
            { Precision: QuantizePrecision.Int8, Mode: QuantizeMode.Static } => Int8Quantization.Apply(graph.Model, quantize, limit, data, cancellationToken),
            _ => SensitiveLayers.Hold(
                graph.Model,
                limit,
                data,
                new Dictionary<string, string>(),
                new Quantizer((excluded, weightsOnly) => Weights(graph.Model, quantize, excluded, weightsOnly), TakesWeightsAlone: quantize.Precision == QuantizePrecision.Int8),
                cancellationToken),
        };
        // What ONNX Runtime does not load is no result.
        new ModelSession(model.ToByteArray()).Dispose();
        return new CompressedGraph(
            model,
            graph.Sparsity,
            [.. graph.Done, Summary(quantize, report, graph.Model.OpsetVersion, model.OpsetVersion), .. note is null ? Array.Empty<string>() : [note]],
            [.. graph.Left, .. report.Skipped])
        { Note = note ?? "" };
    }

    private static string Summary(QuantizeSpec quantize, QuantizationReport report, long before, long after)
    {
        var mode = quantize.Precision == QuantizePrecision.Int8 ? $", {quantize.Mode}" : "";
        var weights = report.Layers.Where(layer => layer.WeightsOnly).GroupBy(layer => layer.Operator, StringComparer.Ordinal).Select(kind => $"{kind.Count()} of {kind.Key}").ToList();
        var only = weights.Count == 0 ? "" : $", of which in the file alone, as they compute in float: {string.Join(", ", weights)}";
        return $"Quantized to {quantize.Precision}{mode}: {report.Layers.Count} layers{only}; {report.Skipped.Count} left.{(after > before ? $" The operator set went from {before} to {after}." : "")}";
    }

    private static HeldQuantization Weights(OnnxModel model, QuantizeSpec quantize, IReadOnlySet<string> excluded, IReadOnlySet<string> weightsOnly)
    {
        var options = new WeightQuantizationOptions
        {
            BlockSize = quantize.BlockSize,
            ExcludedNodes = excluded,
            WeightsOnlyNodes = weightsOnly,
            ReduceRange = Int8Kernels.Saturate,
            // A network that was trained with every weight rounded has no layer to spare.
            KeepEnds = quantize.FineTuneEpochs == 0,
        };
        WeightPass pass = quantize.Precision switch
        {
            QuantizePrecision.Float16 when quantize.Mode == QuantizeMode.Dynamic => Float16Conversion.Apply,
            QuantizePrecision.Float16 => Float16Storage.Apply,
            QuantizePrecision.Int4 => Int4Quantization.Apply,
            QuantizePrecision.Binary => BinaryQuantization.Apply,
            _ => DynamicQuantization.Apply,
        };
        return new(pass(model, options, out var report), report);
    }

    private delegate OnnxModel WeightPass(OnnxModel model, WeightQuantizationOptions options, out QuantizationReport report);
}
