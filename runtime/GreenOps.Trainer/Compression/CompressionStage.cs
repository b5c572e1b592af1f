using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Export;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// The stage that makes a variant of a trained network. It is short and keeps no checkpoint: interrupted, it starts
/// anew.
/// </summary>
internal sealed partial class CompressionStage(StageProgress progress, ILogger logger)
{
    public StageResult Run(StageSpec spec, CompressSpec compress, ImageDataset data, FileStore store, CancellationToken cancellationToken)
    {
        TorchThreads.FitToAllotment();
        manual_seed(spec.Seed);
        var module = TrainedNetwork.Load(store, spec, compress, data);
        List<(Parameter Weight, Tensor Mask)> masks = [];
        OnnxModel? quantized = null;
        var epochs = compress.Steps.Sum(step => step.Prune?.FineTuneEpochs ?? 0);
        var done = 0;
        try
        {
            foreach (var step in compress.Steps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (step.Prune is { } prune)
                {
                    (module, masks) = Prune(module, masks, prune, spec.Seed);
                    LogPruned(prune.Granularity, prune.Criterion, prune.Sparsity, module.parameters().Sum(parameter => parameter.numel()));
                    FineTune(module, masks, spec, compress, prune.FineTuneEpochs, data, share => progress.Report((done + (share * prune.FineTuneEpochs)) / epochs), cancellationToken);
                    done += prune.FineTuneEpochs;
                }
                else if (step.Quantize is { } quantize)
                {
                    quantized = Int8Quantization.Apply(CnnExport.ToOnnx(module, spec), quantize, data);
                    LogQuantized(quantize.Precision, quantize.CalibrationSamples, Int8Kernels.Saturate);
                }
            }

            var model = (quantized ?? CnnExport.ToOnnx(module, spec)).ToByteArray();
            return new StageResult(model, module.Sparsity(), new Dictionary<string, byte[]> { [ArtifactFiles.Model] = model });
        }
        finally
        {
            module.Dispose();
            masks.ForEach(mask => mask.Mask.Dispose());
        }
    }

    private static (CnnModule Module, List<(Parameter Weight, Tensor Mask)> Masks) Prune(
        CnnModule module, List<(Parameter Weight, Tensor Mask)> masks, PruneSpec prune, long seed)
    {
        if (prune.Granularity == PruneGranularity.Element)
        {
            masks.ForEach(mask => mask.Mask.Dispose());
            return (module, [.. ElementPruning.Apply(module, prune, seed)]);
        }

        var smaller = ChannelPruning.Apply(module, prune, seed);
        var hadMasks = masks.Count > 0;
        masks.ForEach(mask => mask.Mask.Dispose());
        module.Dispose();
        // Weights that an earlier step set to zero stay zero in what is left of them.
        return (smaller, hadMasks ? [.. smaller.Weights.Select(weight => (weight, weight.detach().ne(0).to(ScalarType.Float32)))] : []);
    }

    private void FineTune(
        CnnModule module,
        List<(Parameter Weight, Tensor Mask)> masks,
        StageSpec spec,
        CompressSpec compress,
        int epochs,
        ImageDataset data,
        Action<double> onProgress,
        CancellationToken cancellationToken)
    {
        using var optimizer = OptimizerFactory.Create(compress.Optimizer, module.parameters());
        using var training = new TensorData(data.Training, data.Height, data.Width);
        using var heldOut = new TensorData(data.HeldOut, data.Height, data.Width);
        new CnnTrainer(module, optimizer, new TrainingPlan(epochs, compress.BatchSize, spec.Seed))
        {
            Masks = masks,
            OnProgress = onProgress,
            OnEpoch = result =>
            {
                progress.ReportAccuracy(result.Accuracy);
                LogEpoch(result.Epoch, epochs, result.Loss, result.Accuracy);
            },
        }.Run(training, heldOut, new TrainingState(0, 0, 0, new EnergyUse(0, EnergySources.Model, 0, 0)), _ => { }, cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Pruned by {Granularity}, {Criterion}, sparsity {Sparsity}: {Parameters} parameters")]
    private partial void LogPruned(PruneGranularity granularity, PruneCriterion criterion, double sparsity, long parameters);

    [LoggerMessage(LogLevel.Information, "Fine-tuning epoch {Epoch}/{Epochs}: loss {Loss:0.0000}, held-out accuracy {Accuracy:0.0000}")]
    private partial void LogEpoch(int epoch, int epochs, double loss, double accuracy);

    [LoggerMessage(LogLevel.Information, "Quantized to {Precision} with {Samples} calibration examples; weights limited to 7 bits: {ReducesRange}")]
    private partial void LogQuantized(QuantizePrecision precision, int samples, bool reducesRange);
}
