using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// The stage that makes a variant of an imported model, by rewriting its ONNX graph. There is no network behind it that
/// could be trained further or taken apart, so what needs one is refused.
/// </summary>
internal sealed partial class ImportedCompression(ILogger logger)
{
    public StageResult Run(StageSpec spec, CompressSpec compress, ParentArtifact parent, ImageDataset? data, CancellationToken cancellationToken)
    {
        for (var i = 0; i < compress.Steps.Count; i++)
        {
            if (Fault(compress.Steps[i]) is { } fault)
            {
                throw StageException.BadInput(StageReasons.InvalidSpec, $"compress.steps[{i}]: {fault}");
            }
        }

        var original = parent.Read(ArtifactFiles.Model);
        try
        {
            var model = OnnxModel.Parse(original);
            var sparsity = WeightSparsity.Of(model);
            foreach (var step in compress.Steps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                (model, sparsity) = step.Prune is { } prune
                    ? Prune(model, prune, spec.Seed)
                    : (Quantize(model, step.Quantize!, data, cancellationToken), sparsity);
            }

            var bytes = model.ToByteArray();
            return new StageResult(bytes, sparsity, new Dictionary<string, byte[]> { [ArtifactFiles.Model] = bytes }) { Original = original };
        }
        catch (OnnxFormatException error)
        {
            throw StageException.BadInput(StageReasons.ModelInvalid, $"The imported model cannot be compressed so: {error.Message}");
        }
    }

    private static string? Fault(CompressionStepSpec step) => step.Prune switch
    {
        { Granularity: PruneGranularity.Channel } =>
            "prune.granularity is Channel, which needs a network that GreenOps trained; an imported model takes Element.",
        { FineTuneEpochs: > 0 and var epochs } =>
            $"prune.fineTuneEpochs is {epochs}; an imported model cannot be fine-tuned, so it must be 0.",
        _ => null,
    };

    private (OnnxModel Model, double Sparsity) Prune(OnnxModel model, PruneSpec prune, long seed)
    {
        var pruned = MagnitudePruning.Apply(
            model,
            new MagnitudePruningOptions
            {
                Sparsity = prune.Sparsity,
                Criterion = prune.Criterion == PruneCriterion.Random ? PruningCriterion.Random : PruningCriterion.Magnitude,
                Seed = (int)SplitMix64.SeedFor(seed, "prune elements"),
            },
            out var report);
        LogPruned(prune.Criterion, report.Sparsity, report.Tensors.Sum(tensor => tensor.Count));
        return (pruned, report.Sparsity);
    }

    private OnnxModel Quantize(OnnxModel model, QuantizeSpec quantize, ImageDataset? data, CancellationToken cancellationToken)
    {
        var (quantized, report) = Int8Quantization.Apply(model, quantize, data, cancellationToken);
        LogQuantized(quantize.Precision, report.Layers.Count, quantize.CalibrationSamples, data is null ? "generated inputs" : "training examples");
        foreach (var skipped in report.Skipped)
        {
            LogSkipped(skipped.Node, skipped.Operator, skipped.Reason);
        }

        return quantized;
    }

    [LoggerMessage(LogLevel.Information, "Pruned by Element, {Criterion}: {Sparsity:0.0000} of {Weights} weights are zero")]
    private partial void LogPruned(PruneCriterion criterion, double sparsity, long weights);

    [LoggerMessage(LogLevel.Information, "Quantized {Layers} layers to {Precision} with {Samples} {Kind}")]
    private partial void LogQuantized(QuantizePrecision precision, int layers, int samples, string kind);

    [LoggerMessage(LogLevel.Information, "The layer {Node} ({Operator}) stays in float: {Reason}")]
    private partial void LogSkipped(string node, string @operator, string reason);
}
