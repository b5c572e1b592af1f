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
public sealed record TrainingPlan(int Epochs, int BatchSize, long Seed);

/// <summary>What an epoch came to.</summary>
/// <param name="Epoch">Epochs finished.</param>
/// <param name="Loss">Mean cross-entropy over its batches.</param>
/// <param name="Accuracy">Share of the held-out examples classified right.</param>
public sealed record EpochResult(int Epoch, double Loss, double Accuracy);

/// <summary>Trains a network by mini-batches with cross-entropy loss.</summary>
public sealed class CnnTrainer(CnnModule module, OptimizerHelper optimizer, TrainingPlan plan)
{
    private const int EvaluationBatch = 500;

    /// <summary>Masks of weights that stay zero; empty when nothing is pruned.</summary>
    public IReadOnlyList<(Parameter Weight, Tensor Mask)> Masks { get; init; } = [];

    /// <summary>Called after every batch with the share of the work that is done.</summary>
    public Action<double>? OnProgress { get; init; }

    /// <summary>Called after every epoch.</summary>
    public Action<EpochResult>? OnEpoch { get; init; }

    /// <summary>Trains from a state to the end of the last epoch.</summary>
    /// <param name="training">Examples to learn from.</param>
    /// <param name="heldOut">Examples to judge by.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="onCheckpoint">Called when a checkpoint is due: after each epoch, and when the training is to end early.</param>
    /// <param name="cancellationToken">Ends the training after the batch in hand.</param>
    /// <exception cref="OperationCanceledException">It was told to end, after the checkpoint.</exception>
    /// <exception cref="StageException">The loss is not finite.</exception>
    public void Run(TensorData training, TensorData heldOut, TrainingState from, Action<TrainingState> onCheckpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(from);
        var batches = (training.Count + plan.BatchSize - 1) / plan.BatchSize;
        var state = from;
        while (state.Epoch < plan.Epochs)
        {
            var order = EpochOrder.Of(training.Count, plan.Seed, state.Epoch);
            module.train();
            while (state.Batch < batches)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    onCheckpoint(state);
                    cancellationToken.ThrowIfCancellationRequested();
                }

                var start = state.Batch * plan.BatchSize;
                var loss = Step(training, order.AsSpan(start, Math.Min(plan.BatchSize, order.Length - start)));
                state = state with { Batch = state.Batch + 1, LossSum = state.LossSum + RequireFinite(loss, state) };
                OnProgress?.Invoke((state.Epoch + ((double)state.Batch / batches)) / plan.Epochs);
            }

            OnEpoch?.Invoke(new EpochResult(state.Epoch + 1, state.LossSum / batches, Accuracy(module, heldOut)));
            state = state with { Epoch = state.Epoch + 1, Batch = 0, LossSum = 0 };
            onCheckpoint(state);
        }
    }

    /// <summary>Share of the examples whose highest logit is their label.</summary>
    public static double Accuracy(CnnModule module, TensorData examples)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(examples);
        module.eval();
        using var without = no_grad();
        var indices = Enumerable.Range(0, examples.Count).Select(i => (long)i).ToArray();
        var right = 0L;
        for (var start = 0; start < indices.Length; start += EvaluationBatch)
        {
            using var scope = NewDisposeScope();
            var (images, labels) = examples.Batch(indices.AsSpan(start, Math.Min(EvaluationBatch, indices.Length - start)));
            right += module.call(images).argmax(1).eq(labels).sum().ToInt64();
        }

        return (double)right / examples.Count;
    }

    private double Step(TensorData training, ReadOnlySpan<long> indices)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = training.Batch(indices);
        optimizer.zero_grad();
        var loss = nn.functional.cross_entropy(module.call(images), labels);
        loss.backward();
        optimizer.step();
        ApplyMasks();
        return loss.ToSingle();
    }

    private void ApplyMasks()
    {
        if (Masks.Count > 0)
        {
            using var without = no_grad();
            foreach (var (weight, mask) in Masks)
            {
                // Adding zero turns the negative zeros of the product into the positive one, which compresses better.
                weight.mul_(mask).add_(0);
            }
        }
    }

    private static double RequireFinite(double loss, TrainingState state) => double.IsFinite(loss)
        ? loss
        : throw StageException.BadInput(
            StageReasons.Diverged,
            $"The loss is {loss} in epoch {state.Epoch + 1}, batch {state.Batch + 1}: training diverged. Lower optimizer.learningRate.");
}
