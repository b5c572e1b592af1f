using GreenOps.Contract;
using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>Soft targets on the training examples, mixed with their labels (Hinton, Vinyals and Dean, 2015).</summary>
internal sealed class DataTransfer(Network student, Network teacher, DistillSpec spec, long seed)
    : Transfer(student, teacher, spec, seed)
{
    /// <inheritdoc/>
    public override Tensor Step(TransferStep step, Action<Tensor> learn)
    {
        var batch = step.Examples();
        var loss = Mixed(Student.Outputs(batch), Ask(batch), batch.Targets);
        learn(loss);
        return loss;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
