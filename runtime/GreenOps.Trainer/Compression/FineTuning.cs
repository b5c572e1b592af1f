using GreenOps.Contract;
using GreenOps.Trainer.Compression.Distillation;
using GreenOps.Trainer.Progress;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;

namespace GreenOps.Trainer.Compression;

/// <summary>Where a compression stands: which step, which round of it, and how many passes were done before.</summary>
/// <param name="Step">Index of the step.</param>
/// <param name="Round">Round of it, counted from 1.</param>
/// <param name="EpochsBefore">Passes over the examples before this round.</param>
internal sealed record CompressionPosition(int Step, int Round, int EpochsBefore);

/// <summary>Trains the network of a compression; what was stopped goes on from its checkpoint.</summary>
internal sealed partial class FineTuning(CompressionWork work, StageProgress progress, ILogger logger) : IDisposable
{
    // Down to nothing along half a cosine: without it the last steps leave the network as far from where it began as noise does.
    private static readonly LearningRateDecaySpec Decay = new() { Cosine = new CosineDecaySpec(0, 0) };

    private readonly Lazy<TensorData> training = new(() => new TensorData(work.Data.Training));
    private readonly Lazy<TensorData> heldOut = new(() => new TensorData(work.Data.HeldOut));

    /// <summary>Trains on the examples, with rounded weights where something rounds them.</summary>
    public void Run(CompressionPosition position, Subject subject, int epochs, StraightThrough? rounding, CompressionCheckpoint? resumed)
    {
        using var optimizer = OptimizerFactory.Create(work.Compress.Optimizer!, subject.Network.parameters());
        var start = Start(subject.Network, optimizer, null, resumed);
        new NetworkTrainer(subject.Network, optimizer, Plan(epochs))
        {
            Loss = Losses.Supervised(work.Loss, work.Data.Task),
            BeforeForward = () => rounding?.Round(),
            BeforeStep = () => rounding?.Restore(),
            AfterStep = subject.Masks.Apply,
            OnProgress = share => Report(position, share * epochs),
            OnEpoch = result =>
            {
                var accuracy = rounding?.With(() => NetworkAccuracy.Of(subject.Network, heldOut.Value)) ?? result.Accuracy;
                progress.ReportAccuracy(accuracy);
                LogEpoch(result.Epoch, epochs, result.Loss, accuracy);
            },
        }.Run(training.Value, heldOut.Value, start, state => Write(position, subject, optimizer, null, state), work.Cancellation);
    }

    /// <summary>Teaches the network.</summary>
    public void Run(CompressionPosition position, Subject student, Transfer transfer, CompressionCheckpoint? resumed)
    {
        using var optimizer = OptimizerFactory.Create(work.Compress.Optimizer!, student.Network.parameters());
        var start = Start(student.Network, optimizer, transfer, resumed);
        var plan = Plan(transfer.Passes);
        new TransferTrainer(student.Network, optimizer, transfer, plan)
        {
            OnProgress = share => Report(position, share * plan.Epochs),
            OnEpoch = result =>
            {
                if (result.Epoch <= transfer.Preparation)
                {
                    LogPrepared(result.Epoch, plan.Epochs, result.Loss);
                }
                else
                {
                    progress.ReportAccuracy(result.Accuracy);
                    LogTaught(result.Epoch, plan.Epochs, result.Loss, result.Accuracy);
                }
            },
        }.Run(
            work.Data.Training,
            Reader(transfer),
            heldOut.Value,
            start,
            state => Write(position, student, optimizer, transfer, state),
            work.Cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var data in new[] { training, heldOut }.Where(data => data.IsValueCreated))
        {
            data.Value.Dispose();
        }
    }

    /// <summary>Reads training examples; they are loaded before the first step, or not at all.</summary>
    private Func<long[], Batch> Reader(Transfer transfer)
    {
        if (transfer.IsDataFree)
        {
            return _ => throw new InvalidOperationException("A data-free transfer reads no training example.");
        }

        var data = training.Value;
        return indices => data.Batch(indices);
    }

    private TrainingPlan Plan(int epochs) => new(epochs, work.Compress.BatchSize!.Value, work.Spec.Seed)
    {
        Schedule = LearningRateSchedule.Of(Decay, work.Compress.Optimizer!),
    };

    private void Report(CompressionPosition position, double epochs) => progress.Report((position.EpochsBefore + epochs) / work.Epochs);

    private TrainingState Start(Network network, OptimizerHelper optimizer, Transfer? transfer, CompressionCheckpoint? resumed)
    {
        var start = TrainingState.Start(TorchThreads.Allotted());
        if (resumed is not null)
        {
            using var reader = new BinaryReader(new MemoryStream(resumed.State));
            start = TrainingState.Read(reader, network, optimizer);
            transfer?.Load(reader);
            work.Energy.Add(start.Energy);
            LogResumed(start.Epoch, start.Batch);
        }

        TorchThreads.Use(start.Threads);
        return start;
    }

    private void Write(CompressionPosition position, Subject subject, OptimizerHelper optimizer, Transfer? transfer, TrainingState state)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        (state with { Energy = work.Energy.Read() }).Write(writer, subject.Network, optimizer);
        transfer?.Save(writer);
        writer.Flush();
        work.File.Write(new CompressionCheckpoint(position.Step, position.Round, subject.Architecture, subject.Masks.ToArrays(), stream.ToArray()) { Before = subject.Before }.ToBytes());
    }

    [LoggerMessage(LogLevel.Information, "Resuming from the checkpoint after epoch {Epoch}, batch {Batch}")]
    private partial void LogResumed(int epoch, int batch);

    [LoggerMessage(LogLevel.Information, "Fine-tuning epoch {Epoch}/{Epochs}: loss {Loss:0.0000}, held-out accuracy {Accuracy:0.0000}")]
    private partial void LogEpoch(int epoch, int epochs, double loss, double accuracy);

    [LoggerMessage(LogLevel.Information, "Distilling pass {Pass}/{Passes}, which prepares: loss {Loss:0.0000}")]
    private partial void LogPrepared(int pass, int passes, double loss);

    [LoggerMessage(LogLevel.Information, "Distilling pass {Pass}/{Passes}: loss {Loss:0.0000}, held-out accuracy {Accuracy:0.0000}")]
    private partial void LogTaught(int pass, int passes, double loss, double accuracy);
}
