using GreenOps.Contract;
using TorchSharp.Modules;

namespace GreenOps.Trainer.Training;

/// <summary>The step size as a function of how far the training is, so that a resumed run goes on in it.</summary>
/// <param name="Decay">Its course.</param>
/// <param name="LearningRate">The step size that the course is a share of.</param>
public sealed record LearningRateSchedule(LearningRateDecaySpec Decay, double LearningRate)
{
    /// <summary>The schedule of a training; null where the step size stays.</summary>
    public static LearningRateSchedule? Of(LearningRateDecaySpec? decay, OptimizerSpec optimizer) =>
        decay is null ? null : new LearningRateSchedule(decay, OptimizerFactory.LearningRate(optimizer));

    /// <summary>Share of the step size for a batch.</summary>
    /// <param name="epoch">Epochs finished.</param>
    /// <param name="batch">Batches of the present epoch finished.</param>
    /// <param name="batches">Batches of an epoch.</param>
    /// <param name="epochs">Epochs of the training.</param>
    public double Factor(int epoch, int batch, int batches, int epochs)
    {
        if (Decay.Step is { } step)
        {
            return Math.Pow(step.Factor, epoch / step.EveryEpochs);
        }

        var cosine = Decay.Cosine!;
        var done = epoch + ((double)batch / batches);
        if (done < cosine.WarmupEpochs)
        {
            // The first batch has a step of its own, above zero.
            return (done + (1.0 / batches)) / cosine.WarmupEpochs;
        }

        var way = (done - cosine.WarmupEpochs) / (epochs - cosine.WarmupEpochs);
        return cosine.FinalFactor + ((1 - cosine.FinalFactor) * (1 + Math.Cos(Math.PI * way)) / 2);
    }

    /// <summary>Sets the step size of a batch.</summary>
    internal void Apply(OptimizerHelper optimizer, TrainingState state, int batches, int epochs)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = LearningRate * Factor(state.Epoch, state.Batch, batches, epochs);
        }
    }
}
