using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Export;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Stages;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>The stage that trains a network from scratch, resumable to the batch.</summary>
internal sealed partial class TrainingStage(StageProgress progress, TimeProvider time, ILogger logger)
{
    public StageResult Run(
        StageSpec spec, TrainSpec train, Dataset data, FileStore store, EnergyAccount energy, CancellationToken cancellationToken)
    {
        manual_seed(spec.Seed);
        using var network = NetworkFactory.Create(train.Architecture, data);
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
        if (training.Lengths is { } lengths)
        {
            LogPadding(EpochBatches.Padding(EpochBatches.Of(training.Count, lengths, train.BatchSize, spec.Seed, epoch: 0), lengths));
        }

        var plan = new TrainingPlan(train.Epochs, train.BatchSize, spec.Seed)
        {
            Schedule = LearningRateSchedule.Of(train.LearningRateDecay, train.Optimizer),
            EarlyStopping = train.EarlyStopping,
        };
        var end = new NetworkTrainer(network, optimizer, plan)
        {
            Time = time,
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
        if (end.Best is { } best)
        {
            LogBest(end.Epoch, train.Epochs, best.Accuracy);
        }

        var note = network is CnnNetwork { Exits.Count: > 0 } branched ? ExitReport.Measure(branched, heldOut).ToString() : "";
        if (note.Length > 0)
        {
            LogExits(note);
        }

        var model = NetworkExport.ToOnnx(network, spec).ToByteArray();
        return new StageResult(model, network.Sparsity(), new Dictionary<string, byte[]>
        {
            [ArtifactFiles.Model] = model,
            [TrainedNetwork.WeightsFile] = network.ToBytes(),
        })
        {
            Note = note,
        };
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

    [LoggerMessage(LogLevel.Information, "Sequences of about the same length share a batch: {Share:0.0000} of its positions are padding")]
    private partial void LogPadding(double share);

    [LoggerMessage(LogLevel.Information, "Ended after epoch {Epoch}/{Epochs} with the weights that were best: held-out accuracy {Accuracy:0.0000}")]
    private partial void LogBest(int epoch, int epochs, double accuracy);

    [LoggerMessage(LogLevel.Information, "{Exits}")]
    private partial void LogExits(string exits);

    [LoggerMessage(LogLevel.Information, "Epoch {Epoch}/{Epochs}: loss {Loss:0.0000}, held-out accuracy {Accuracy:0.0000}, about {Remaining:0} s to go")]
    private partial void LogEpoch(int epoch, int epochs, double loss, double accuracy, double remaining);
}
