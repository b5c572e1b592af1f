using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>How far a student's answers are from a teacher's and from the labels.</summary>
public static class DistillationLoss
{
    /// <summary>The labels' loss and the teacher's, by a share of the labels'.</summary>
    /// <param name="student">Logits [n, classes], or values.</param>
    /// <param name="teacher">The teacher's of the same.</param>
    /// <param name="labels">Classes [n], or the right values.</param>
    /// <param name="temperature">Temperature of the soft targets; values have none.</param>
    /// <param name="labelWeight">Share of the labels, in [0, 1].</param>
    public static Tensor Mixed(Tensor student, Tensor teacher, Tensor labels, double temperature, double labelWeight)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return labels.dtype == ScalarType.Int64
            ? (nn.functional.cross_entropy(student, labels) * labelWeight) + (SoftTargets(student, teacher, temperature) * (1 - labelWeight))
            : (nn.functional.mse_loss(student, labels) * labelWeight) + (nn.functional.mse_loss(student, teacher) * (1 - labelWeight));
    }

    /// <summary>
    /// Soft targets (Hinton, Vinyals and Dean, 2015): the relative entropy of both softmaxes of the logits divided by a
    /// temperature, times its square, so that its gradients are as large as those of the labels whatever the temperature.
    /// </summary>
    /// <param name="student">Logits [n, classes].</param>
    /// <param name="teacher">Logits [n, classes].</param>
    /// <param name="temperature">Above 0.</param>
    /// <returns>The mean over the examples.</returns>
    public static Tensor SoftTargets(Tensor student, Tensor teacher, double temperature)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        // Written out: TorchSharp's kl_div takes its target for logarithms unless it is told not to.
        var expected = nn.functional.log_softmax(teacher / temperature, 1);
        var given = nn.functional.log_softmax(student / temperature, 1);
        return (expected.exp() * (expected - given)).sum(1).mean() * (temperature * temperature);
    }
}
