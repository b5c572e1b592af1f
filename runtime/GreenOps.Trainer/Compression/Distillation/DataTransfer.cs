using GreenOps.Contract;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>Soft targets on the training examples, mixed with their labels (Hinton, Vinyals and Dean, 2015).</summary>
internal sealed class DataTransfer(Func<Tensor, Tensor> student, Func<Tensor, Tensor> teacher, DistillSpec spec, long seed)
    : Transfer(student, teacher, spec, seed)
{
    /// <inheritdoc/>
    public override Tensor Step(TransferStep step, Action<Tensor> learn)
    {
        var (inputs, labels) = step.Examples();
        var loss = DistillationLoss.Mixed(Student(inputs), Ask(inputs), labels, Spec.Temperature, Spec.LabelWeight);
        learn(loss);
        return loss;
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
    }

    /// <inheritdoc/>
    public override void Load(BinaryReader reader)
    {
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
