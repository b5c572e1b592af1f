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

/// <summary>The stage that makes a variant of a trained network; its fine-tuning is resumable to the batch.</summary>
internal sealed partial class CompressionStage(StageProgress progress, ILogger logger)
{
    public StageResult Run(
        StageSpec spec,
        CompressSpec compress,
        ParentArtifact parent,
        ImageDataset? examples,
        FileStore store,
        EnergyAccount energy,
        CancellationToken cancellationToken)
    {
        var data = examples ?? throw StageException.BadInput(StageReasons.InvalidSpec, "dataset is missing; a network is compressed with the data that it was trained on.");
        var module = TrainedNetwork.Load(parent, data);
        List<(Parameter Weight, Tensor Mask)> masks = [];
        var file = new CheckpointFile(store, spec, logger);
        var saved = file.Read() is { } bytes ? CompressionCheckpoint.FromBytes(bytes) : null;
        OnnxModel? quantized = null;
        var epochs = compress.Steps.Sum(step => step.Prune?.FineTuneEpochs ?? 0);
        var done = 0;
        try
        {
            for (var i = 0; i < compress.Steps.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // A checkpoint of a later step holds what this one made.
                if (compress.Steps[i].Prune is { } prune && !(saved?.Step > i))
                {
                    var resumed = saved?.Step == i ? saved : null;
                    (module, masks) = resumed is null ? Prune(module, masks, prune, spec.Seed) : Rebuild(resumed, module, masks);
                    LogPruned(prune.Granularity, prune.Criterion, prune.Sparsity, module.parameters().Sum(parameter => parameter.numel()));
                    var step = new FineTuning(i, module, masks, prune.FineTuneEpochs, share => progress.Report((done + (share * prune.FineTuneEpochs)) / epochs));
                    if (prune.FineTuneEpochs > 0)
                    {
                        FineTune(step, spec, compress, data, file, resumed, energy, cancellationToken);
                    }
                }
                else if (compress.Steps[i].Quantize is { } quantize)
                {
                    quantized = Int8Quantization.Apply(CnnExport.ToOnnx(module, spec), quantize, data, cancellationToken).Model;
                    LogQuantized(quantize.Precision, quantize.CalibrationSamples, Int8Kernels.Saturate);
                }

                done += compress.Steps[i].Prune?.FineTuneEpochs ?? 0;
            }

            var model = (quantized ?? CnnExport.ToOnnx(module, spec)).ToByteArray();
            return new StageResult(model, module.Sparsity(), new Dictionary<string, byte[]> { [ArtifactFiles.Model] = model });
        }
        finally
        {
            Release(module, masks);
        }
    }

    private static (CnnModule Module, List<(Parameter Weight, Tensor Mask)> Masks) Rebuild(
        CompressionCheckpoint saved, CnnModule module, List<(Parameter Weight, Tensor Mask)> masks)
    {
        var rebuilt = saved.Rebuild(module.Geometry);
        Release(module, masks);
        return rebuilt;
    }

    private static void Release(CnnModule module, List<(Parameter Weight, Tensor Mask)> masks)
    {
        module.Dispose();
        masks.ForEach(mask => mask.Mask.Dispose());
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
        FineTuning step,
        StageSpec spec,
        CompressSpec compress,
        ImageDataset data,
        CheckpointFile file,
        CompressionCheckpoint? resumed,
        EnergyAccount energy,
        CancellationToken cancellationToken)
    {
        using var optimizer = OptimizerFactory.Create(compress.Optimizer!, step.Module.parameters());
        using var training = new TensorData(data.Training, data.Height, data.Width);
        using var heldOut = new TensorData(data.HeldOut, data.Height, data.Width);
        var start = TrainingState.Start(TorchThreads.Allotted());
        if (resumed is not null)
        {
            using var reader = new BinaryReader(new MemoryStream(resumed.State));
            start = TrainingState.Read(reader, step.Module, optimizer);
            energy.Add(start.Energy);
            LogResumed(start.Epoch, start.Batch);
        }

        TorchThreads.Use(start.Threads);
        new CnnTrainer(step.Module, optimizer, new TrainingPlan(step.Epochs, compress.BatchSize!.Value, spec.Seed))
        {
            Masks = step.Masks,
            OnProgress = step.OnProgress,
            OnEpoch = result =>
            {
                progress.ReportAccuracy(result.Accuracy);
                LogEpoch(result.Epoch, step.Epochs, result.Loss, result.Accuracy);
            },
        }.Run(
            training,
            heldOut,
            start,
            state => file.Write(CompressionCheckpoint.Of(step.Index, step.Module, step.Masks, optimizer, state with { Energy = energy.Read() }).ToBytes()),
            cancellationToken);
    }

    /// <summary>The fine-tuning of one step.</summary>
    private sealed record FineTuning(
        int Index, CnnModule Module, List<(Parameter Weight, Tensor Mask)> Masks, int Epochs, Action<double> OnProgress);

    [LoggerMessage(LogLevel.Information, "Resuming from the checkpoint after epoch {Epoch}, batch {Batch}")]
    private partial void LogResumed(int epoch, int batch);

    [LoggerMessage(LogLevel.Information, "Pruned by {Granularity}, {Criterion}, sparsity {Sparsity}: {Parameters} parameters")]
    private partial void LogPruned(PruneGranularity granularity, PruneCriterion criterion, double sparsity, long parameters);

    [LoggerMessage(LogLevel.Information, "Fine-tuning epoch {Epoch}/{Epochs}: loss {Loss:0.0000}, held-out accuracy {Accuracy:0.0000}")]
    private partial void LogEpoch(int epoch, int epochs, double loss, double accuracy);

    [LoggerMessage(LogLevel.Information, "Quantized to {Precision} with {Samples} calibration examples; weights limited to 7 bits: {ReducesRange}")]
    private partial void LogQuantized(QuantizePrecision precision, int samples, bool reducesRange);
}
