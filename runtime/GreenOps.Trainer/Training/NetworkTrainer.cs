using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>What the training of one network needs to know.</summary>
/// <param name="Epochs">Passes over the examples.</param>
/// <param name="BatchSize">Examples per optimizer step.</param>
/// <param name="Seed">Seed of the order of examples.</param>
public sealed record TrainingPlan(int Epochs, int BatchSize, long Seed)
{
    /// <summary>How the step size changes; null keeps it.</summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>When the training ends before its last epoch, with the weights that were best; null never.</summary>
    public EarlyStoppingSpec? EarlyStopping { get; init; }

    /// <summary>Seed of what a network draws in a step, such as what it drops: a function of where the training is.</summary>
    public long SeedOf(TrainingState state, int batches)
    {
        ArgumentNullException.ThrowIfNull(state);
        return SplitMix64.SeedFor(Seed, "step", ((long)state.Epoch * batches) + state.Batch);
    }
}

/// <summary>What an epoch came to.</summary>
/// <param name="Epoch">Epochs finished.</param>
/// <param name="Loss">Mean loss over its batches.</param>
/// <param name="Accuracy">Accuracy on the held-out examples, as <see cref="NetworkAccuracy"/> has it.</param>
public sealed record EpochResult(int Epoch, double Loss, double Accuracy);

/// <summary>Trains a network by mini-batches.</summary>
public sealed class NetworkTrainer(Network network, OptimizerHelper optimizer, TrainingPlan plan)
{
    /// <summary>How often a checkpoint is due within an epoch, unless told otherwise.</summary>
    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(60);

    /// <summary>Longest time between two checkpoints, but for the batch in hand.</summary>
    public TimeSpan CheckpointEvery { get; init; } = CheckpointInterval;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What is minimized.</summary>
    public required TrainingLoss Loss { get; init; }

    /// <summary>Called before the network computes a batch, for example to let it compute with quantized weights.</summary>
    public Action? BeforeForward { get; init; }

    /// <summary>Called between the gradients of a batch and the optimizer's step.</summary>
    public Action? BeforeStep { get; init; }

    /// <summary>Called after the optimizer's step, for example to hold removed weights at zero.</summary>
    public Action? AfterStep { get; init; }

    /// <summary>Called after every batch with the share of the work that is done.</summary>
    public Action<double>? OnProgress { get; init; }

    /// <summary>Called after every epoch.</summary>
    public Action<EpochResult>? OnEpoch { get; init; }

    /// <summary>Trains from a state to the end of the last epoch, or to where it stops early; the network then has the best weights.</summary>
    /// <param name="training">Examples to learn from.</param>
    /// <param name="heldOut">Examples to judge by.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="onCheckpoint">Called when a checkpoint is due: after each epoch, every <see cref="CheckpointEvery"/> in it, and when the training is to end early.</param>
    /// <param name="cancellationToken">Ends the training after the batch in hand.</param>
    /// <returns>Where it ended.</returns>
    /// <exception cref="OperationCanceledException">It was told to end, after the checkpoint.</exception>
    /// <exception cref="StageException">The loss is not finite.</exception>
    public TrainingState Run(TensorData training, TensorData heldOut, TrainingState from, Action<TrainingState> onCheckpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(onCheckpoint);
        var state = from;
        while (state.Epoch < plan.Epochs && !IsOver(state))
        {
            state = Epoch(training, state, onCheckpoint, cancellationToken);
            var accuracy = NetworkAccuracy.Of(network, heldOut);
            OnEpoch?.Invoke(new EpochResult(state.Epoch + 1, state.LossSum / state.Batch, accuracy));
            state = state with { Epoch = state.Epoch + 1, Batch = 0, LossSum = 0 };
            if (plan.EarlyStopping is { } stopping)
            {
                state = state with { Best = BestWeights.After(state.Best, accuracy, state.Epoch, stopping.MinimumImprovement, network.ToBytes) };
            }

            onCheckpoint(state);
        }

        if (state.Best is { } best)
        {
            network.FromBytes(best.Weights);
        }

        return state;
    }

    private bool IsOver(TrainingState state) => plan.EarlyStopping is { } stopping && state.Best?.IsOver(stopping, state.Epoch) == true;

    private TrainingState Epoch(TensorData training, TrainingState state, Action<TrainingState> onCheckpoint, CancellationToken cancellationToken)
    {
        var batches = EpochBatches.Of(training.Count, training.Lengths, plan.BatchSize, plan.Seed, state.Epoch);
        var lastCheckpoint = Time.GetTimestamp();
        network.train();
        while (state.Batch < batches.Count)
        {
            if (cancellationToken.IsCancellationRequested || Time.GetElapsedTime(lastCheckpoint) >= CheckpointEvery)
            {
                onCheckpoint(state);
                lastCheckpoint = Time.GetTimestamp();
            }

            cancellationToken.ThrowIfCancellationRequested();
            plan.Schedule?.Apply(optimizer, state, batches.Count, plan.Epochs);
            manual_seed(plan.SeedOf(state, batches.Count));
            var loss = Step(training, batches[state.Batch]);
            state = state with { Batch = state.Batch + 1, LossSum = state.LossSum + RequireFinite(loss, state) };
            OnProgress?.Invoke((state.Epoch + ((double)state.Batch / batches.Count)) / plan.Epochs);
        }

        return state;
    }

    private double Step(TensorData training, ReadOnlySpan<long> indices)
    {
        using var scope = NewDisposeScope();
        var batch = training.Batch(indices);
        optimizer.zero_grad();
        BeforeForward?.Invoke();
        var loss = Loss(network, batch);
        loss.backward();
        BeforeStep?.Invoke();
        optimizer.step();
        AfterStep?.Invoke();
        return loss.ToSingle();
    }

    private static double RequireFinite(double loss, TrainingState state) => double.IsFinite(loss)
        ? loss
        : throw StageException.BadInput(
            StageReasons.Diverged,
            $"The loss is {loss} in epoch {state.Epoch + 1}, batch {state.Batch + 1}: training diverged. Lower optimizer.learningRate.");
}
