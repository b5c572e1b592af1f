using GreenOps.Contract;
using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>
/// Alternating steps of a discriminator, which learns to tell the teacher's logits from the student's and of which class the
/// example is, and of the student, which learns the labels, the teacher's logits by their mean absolute difference, and to
/// be taken for the teacher (Xu, Hsu and Huang, 2018). Soft targets at the spec's temperature come on top.
/// </summary>
internal sealed class AdversarialTransfer : Transfer
{
    private readonly Learner<LogitDiscriminator> discriminator;

    /// <summary>Makes the discriminator.</summary>
    public AdversarialTransfer(Network student, Network teacher, DistillSpec spec, long seed)
        : base(student, teacher, spec, seed) =>
        discriminator = new(Create(seed, "discriminator", () => new LogitDiscriminator(student.Shape.Outputs)));

    /// <inheritdoc/>
    public override Tensor Step(TransferStep step, Action<Tensor> learn)
    {
        var batch = step.Examples();
        var (given, expected) = (Student.Outputs(batch), Ask(batch));
        discriminator.Learn(Judge(expected, batch.Targets, isTeacher: true) + Judge(given.detach(), batch.Targets, isTeacher: false));
        var deceit = Judge(given, batch.Targets, isTeacher: true) + nn.functional.l1_loss(given, expected);
        var loss = Mixed(given, expected, batch.Targets) + (deceit * (1 - Spec.LabelWeight));
        learn(loss);
        return loss;
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer) => discriminator.Save(writer);

    /// <inheritdoc/>
    public override void Load(BinaryReader reader) => discriminator.Load(reader);

    /// <inheritdoc/>
    public override void Dispose() => discriminator.Dispose();

    /// <summary>How wrong the discriminator is about logits that are said to be the teacher's or not, and about their class.</summary>
    private Tensor Judge(Tensor logits, Tensor labels, bool isTeacher)
    {
        var (origin, category) = discriminator.Network.call(logits);
        var truth = isTeacher ? ones_like(origin) : zeros_like(origin);
        return nn.functional.binary_cross_entropy_with_logits(origin, truth) + nn.functional.cross_entropy(category, labels);
    }
}
