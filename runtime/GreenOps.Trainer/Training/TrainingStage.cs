using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Export;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Stages;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>The stage that trains a network from scratch, resumable to the batch.</summary>
internal sealed partial class TrainingStage(StageProgress progress, ILogger logger)
{
    public StageResult Run(
        StageSpec spec, TrainSpec train, ImageDataset data, FileStore store, EnergyAccount energy, CancellationToken cancellationToken)
    {
        manual_seed(spec.Seed);
        using var module = new CnnModule(CnnGeometry.Of(train.Architecture.Cnn!, data));
        using var optimizer = OptimizerFactory.Create(train.Optimizer, module.parameters());
        using var training = new TensorData(data.Training, data.Height, data.Width);
        using var heldOut = new TensorData(data.HeldOut, data.Height, data.Width);

        var checkpoint = new CheckpointFile(store, spec, logger);
        var start = TrainingState.Start(TorchThreads.Allotted());
        if (checkpoint.Read() is { } saved)
        {
            using var reader = new BinaryReader(new MemoryStream(saved));
            start = TrainingState.Read(reader, module, optimizer);
            energy.Add(start.Energy);
            LogResumed(start.Epoch, start.Batch);
        }

        TorchThreads.Use(start.Threads);
        new CnnTrainer(module, optimizer, new TrainingPlan(train.Epochs, train.BatchSize, spec.Seed))
        {
            OnProgress = progress.Report,
            OnEpoch = result =>
            {
                progress.ReportAccuracy(result.Accuracy);
                LogEpoch(result.Epoch, train.Epochs, result.Loss, result.Accuracy, progress.Remaining().TotalSeconds);
            },
        }.Run(
            training,
            heldOut,
            start,
            state => checkpoint.Write(Bytes(state with { Energy = energy.Read() }, module, optimizer)),
            cancellationToken);

        var model = CnnExport.ToOnnx(module, spec).ToByteArray();
        return new StageResult(model, module.Sparsity(), new Dictionary<string, byte[]>
        {
            [ArtifactFiles.Model] = model,
            [TrainedNetwork.WeightsFile] = module.ToBytes(),
        });
    }

    private static byte[] Bytes(TrainingState state, CnnModule module, OptimizerHelper optimizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        state.Write(writer, module, optimizer);
        writer.Flush();
        return stream.ToArray();
    }

    [LoggerMessage(LogLevel.Information, "Resuming from the checkpoint after epoch {Epoch}, batch {Batch}")]
    private partial void LogResumed(int epoch, int batch);

    [LoggerMessage(LogLevel.Information, "Epoch {Epoch}/{Epochs}: loss {Loss:0.0000}, held-out accuracy {Accuracy:0.0000}, about {Remaining:0} s to go")]
    private partial void LogEpoch(int epoch, int epochs, double loss, double accuracy, double remaining);
}
