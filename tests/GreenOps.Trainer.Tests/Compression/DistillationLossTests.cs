using GreenOps.Trainer.Compression.Distillation;
using TorchSharp;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Compression;

public class DistillationLossTests
{
    [Fact]
    public void Soft_targets_are_the_relative_entropy_at_the_temperature_times_its_square()
    {
        double[] teacher = [2, 0, -1];
        double[] student = [0.5, 0.5, 1];

        var loss = DistillationLoss.SoftTargets(Logits(student), Logits(teacher), temperature: 4);

        var (p, q) = (Softmax(teacher, 4), Softmax(student, 4));
        Assert.Equal(16 * p.Zip(q).Sum(pair => pair.First * Math.Log(pair.First / pair.Second)), loss.ToDouble(), tolerance: 1e-5);
        Assert.Equal(0, DistillationLoss.SoftTargets(Logits(teacher), Logits(teacher), 4).ToDouble(), tolerance: 1e-6);
    }

    [Fact]
    public void Labels_and_teacher_share_the_loss()
    {
        var (student, teacher, label) = (Logits([0.5, 0.5, 1]), Logits([2, 0, -1]), tensor([2L]));

        Assert.Equal(
            (0.25 * nn.functional.cross_entropy(student, label).ToDouble()) + (0.75 * DistillationLoss.SoftTargets(student, teacher, 2).ToDouble()),
            DistillationLoss.Mixed(student, teacher, label, temperature: 2, labelWeight: 0.25).ToDouble(),
            tolerance: 1e-6);
    }

    private static Tensor Logits(double[] values) => tensor([.. values.Select(value => (float)value)], [1, values.Length]);

    private static double[] Softmax(double[] logits, double temperature)
    {
        var powers = logits.Select(logit => Math.Exp(logit / temperature)).ToArray();
        return [.. powers.Select(power => power / powers.Sum())];
    }
}
