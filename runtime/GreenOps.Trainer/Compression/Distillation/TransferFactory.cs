using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>Makes the transfer that a spec names.</summary>
internal static class TransferFactory
{
    /// <summary>A transfer between two networks for the same examples.</summary>
    /// <exception cref="StageException">It does not go with what the networks take and give.</exception>
    public static Transfer Create(Network student, Network teacher, DistillSpec spec, long seed)
    {
        if (Fault(spec, student.Shape) is { } fault)
        {
            throw StageException.BadInput(StageReasons.InvalidSpec, fault);
        }

        return spec switch
        {
            { Transfer: DistillTransfer.Variational } => new VariationalTransfer(student, teacher, spec, seed),
            { DataFree: true } => new DataFreeTransfer(student, teacher, spec, seed),
            { Transfer: DistillTransfer.Adversarial } => new AdversarialTransfer(student, teacher, spec, seed),
            _ => new DataTransfer(student, teacher, spec, seed),
        };
    }

    private static string? Fault(DistillSpec spec, NetworkShape shape) => spec switch
    {
        { Transfer: DistillTransfer.Data } => null,
        _ when shape.Task != LearningTask.Classification =>
            $"distill.transfer is {spec.Transfer}, which passes on what a network knows of classes, and the data set's targets are values. Use transfer Data.",
        { Transfer: DistillTransfer.Variational } or { DataFree: true } when !shape.Pixels || shape.VariesInLength =>
            $"distill.transfer is {spec.Transfer}{(spec.DataFree ? ", data-free," : "")} and generates images; the data set's examples are {shape} and no images. Use transfer Data.",
        _ => null,
    };
}
