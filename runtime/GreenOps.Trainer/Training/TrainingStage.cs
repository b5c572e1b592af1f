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
        StageSpec spec, TrainSpec train, Dataset data, FileStore store, EnergyAccount energy, CancellationToken cancellationToken)
    {
        manual_seed(spec.Seed);
        using var network = NetworkFactory.Create(train.Architecture, NetworkShape.Of(data));
        using var optimizer = OptimizerFactory.Create(train.Optimizer, network.parameters());
        using var training = new TensorData(data.Training);
        using var heldOut = new TensorData(data.HeldOut);

        var checkpoint = new CheckpointFile(store, spec, logger);
        var start = TrainingState.Start(TorchThreads.Allotted());
        if (checkpoint.Read() is { } saved)
        {
            using var reader = new BinaryReader(new MemoryStream(saved));
            start = TrainingState.Read(reader, network, optimizer);
            energy.Add(start.Energy);
            LogResumed(start.Epoch, start.Batch);
        }

        TorchThreads.Use(start.Threads);
        new NetworkTrainer(network, optimizer, new TrainingPlan(train.Epochs, train.BatchSize, spec.Seed))
        {
            Loss = Losses.Supervised(train.Loss, data.Task),
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
            state => checkpoint.Write(Bytes(state with { Energy = energy.Read() }, network, optimizer)),
            cancellationToken);

        var model = NetworkExport.ToOnnx(network, spec).ToByteArray();
        return new StageResult(model, network.Sparsity(), new Dictionary<string, byte[]>
        {
            [ArtifactFiles.Model] = model,
            [TrainedNetwork.WeightsFile] = network.ToBytes(),
        });
    }

    private static byte[] Bytes(TrainingState state, Network network, OptimizerHelper optimizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        state.Write(writer, network, optimizer);
        writer.Flush();
        return stream.ToArray();
    }

    [LoggerMessage(LogLevel.Information, "Resuming from the checkpoint after epoch {Epoch}, batch {Batch}")]
    private partial void LogResumed(int epoch, int batch);

    [LoggerMessage(LogLevel.Information, "Epoch {Epoch}/{Epochs}: loss {Loss:0.0000}, held-out accuracy {Accuracy:0.0000}, about {Remaining:0} s to go")]
    private partial void LogEpoch(int epoch, int epochs, double loss, double accuracy, double remaining);
}
