using GreenOps.Contract;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>What a training minimizes, of a network and a batch.</summary>
/// <param name="network">The network that is trained.</param>
/// <param name="batch">The batch in hand.</param>
/// <returns>A scalar that gradients flow back from.</returns>
public delegate Tensor TrainingLoss(Network network, Batch batch);

/// <summary>Losses against the targets of a data set.</summary>
public static class Losses
{
    /// <summary>The loss that a spec names, summed over the network's classifiers.</summary>
    /// <param name="function">The function; null is the task's own.</param>
    /// <param name="task">What is learned.</param>
    public static TrainingLoss Supervised(LossFunction? function, LearningTask task)
    {
        var named = function ?? (task == LearningTask.Classification ? LossFunction.CrossEntropy : LossFunction.MeanSquaredError);
        return (network, batch) => network.AllOutputs(batch).Select(outputs => Of(named, network.Standardized(outputs), network.Standardized(batch.Targets))).Aggregate((sum, loss) => sum + loss);
    }

    /// <summary>The loss of outputs against targets, a mean over the batch.</summary>
    public static Tensor Of(LossFunction function, Tensor outputs, Tensor targets) => function switch
    {
        LossFunction.CrossEntropy => nn.functional.cross_entropy(outputs, targets),
        LossFunction.MeanSquaredError => nn.functional.mse_loss(outputs, targets),
        LossFunction.MeanAbsoluteError => nn.functional.l1_loss(outputs, targets),
        LossFunction.Huber => nn.functional.huber_loss(outputs, targets),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, null),
    };
}
