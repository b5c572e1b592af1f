using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>Teaches a student by mini-batches, resumable to the batch.</summary>
/// <param name="student">The network that learns.</param>
/// <param name="optimizer">Its optimizer.</param>
/// <param name="transfer">How it is taught.</param>
/// <param name="plan">Passes, batches and the seed of their order.</param>
internal sealed class TransferTrainer(Network student, OptimizerHelper optimizer, Transfer transfer, TrainingPlan plan)
{
    /// <summary>Called after every batch with the share of the work that is done.</summary>
    public Action<double>? OnProgress { get; init; }

    /// <summary>Called after every pass; its accuracy means nothing before the student begins to learn.</summary>
    public Action<EpochResult>? OnEpoch { get; init; }

    /// <summary>Teaches from a state to the end of the last pass.</summary>
    /// <param name="examples">The training examples: a pass takes as many, whether they are read or made.</param>
    /// <param name="training">Gives the training examples at some indices.</param>
    /// <param name="heldOut">Examples to judge by.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="onCheckpoint">Called when a checkpoint is due: after each pass, and when the teaching is to end early.</param>
    /// <param name="cancellationToken">Ends the teaching after the batch in hand.</param>
    /// <exception cref="OperationCanceledException">It was told to end, after the checkpoint.</exception>
    /// <exception cref="StageException">The loss is not finite.</exception>
    public void Run(
        ExampleSet examples, Func<long[], Batch> training, TensorData heldOut, TrainingState from, Action<TrainingState> onCheckpoint, CancellationToken cancellationToken)
    {
        var state = from;
        while (state.Epoch < plan.Epochs)
        {
            var batches = EpochBatches.Of(examples.Count, examples.Lengths, plan.BatchSize, plan.Seed, state.Epoch);
            student.train();
            while (state.Batch < batches.Count)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    onCheckpoint(state);
                    cancellationToken.ThrowIfCancellationRequested();
                }

                // The student's course begins where the preparation ends.
                plan.Schedule?.Apply(
                    optimizer, state with { Epoch = Math.Max(0, state.Epoch - transfer.Preparation) }, batches.Count, plan.Epochs - transfer.Preparation);
                manual_seed(plan.SeedOf(state, batches.Count));
                var indices = batches[state.Batch];
                var loss = Step(new TransferStep(state.Epoch, ((long)state.Epoch * batches.Count) + state.Batch, indices.Length, () => training(indices)));
                state = state with { Batch = state.Batch + 1, LossSum = state.LossSum + RequireFinite(loss, state) };
                OnProgress?.Invoke((state.Epoch + ((double)state.Batch / batches.Count)) / plan.Epochs);
            }

            OnEpoch?.Invoke(new EpochResult(state.Epoch + 1, state.LossSum / batches.Count, NetworkAccuracy.Of(student, heldOut)));
            state = state with { Epoch = state.Epoch + 1, Batch = 0, LossSum = 0 };
            onCheckpoint(state);
        }
    }

    private double Step(TransferStep step)
    {
        using var scope = NewDisposeScope();
        return transfer.Step(step, Learn).ToSingle();
    }

    private void Learn(Tensor loss)
    {
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
    }

    private static double RequireFinite(double loss, TrainingState state) => double.IsFinite(loss)
        ? loss
        : throw StageException.BadInput(
            StageReasons.Diverged,
            $"The loss is {loss} in pass {state.Epoch + 1}, batch {state.Batch + 1} of the distillation: it diverged. Lower optimizer.learningRate.");
}
