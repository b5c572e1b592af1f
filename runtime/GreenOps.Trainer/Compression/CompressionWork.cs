using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Compression;

/// <summary>What a compression of a trained network goes by, the same in all its steps.</summary>
/// <param name="Spec">The stage.</param>
/// <param name="Compress">Its steps.</param>
/// <param name="Loss">What the parent was trained with; null is the task's own.</param>
/// <param name="Data">The data set.</param>
/// <param name="File">Where checkpoints are kept.</param>
/// <param name="Energy">What the stage has used.</param>
/// <param name="Cancellation">Asks for a checkpoint and an early end.</param>
internal sealed record CompressionWork(
    StageSpec Spec, CompressSpec Compress, LossFunction? Loss, Dataset Data, CheckpointFile File, EnergyAccount Energy, CancellationToken Cancellation)
{
    /// <summary>Passes over the examples in all steps.</summary>
    public int Epochs => Compress.Steps.Sum(EpochsOf);

    /// <summary>Passes over the examples in one step.</summary>
    public static int EpochsOf(CompressionStepSpec step) => step switch
    {
        { Prune: { } prune } => prune.FineTuneEpochs,
        { Quantize: { } quantize } => quantize.FineTuneEpochs,
        // A variational transfer teaches its autoencoder first.
        { Distill: { } distill } => distill.Transfer == DistillTransfer.Variational ? 2 * distill.Epochs : distill.Epochs,
        _ => 0,
    };
}
