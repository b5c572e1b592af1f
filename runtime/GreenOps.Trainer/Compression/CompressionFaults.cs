using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Compression;

/// <summary>What is wrong with a step, as a sentence that says what to change; null where nothing is.</summary>
internal static class CompressionFaults
{
    /// <summary>The fault of a pruning.</summary>
    public static string? Of(PruneSpec prune) => prune switch
    {
        { Sparsity: not (> 0 and < 1) } => FormattableString.Invariant($"prune.sparsity is {prune.Sparsity}; it must be greater than 0 and less than 1."),
        { Granularity: PruneGranularity.TwoOfFour, Sparsity: not 0.5 } =>
            FormattableString.Invariant($"prune.sparsity is {prune.Sparsity}; with prune.granularity TwoOfFour it must be 0.5: two of every four weights go."),
        { FineTuneEpochs: < 0 } => $"prune.fineTuneEpochs is {prune.FineTuneEpochs}; it must be 0 or more.",
        { Rounds: < 1 } => $"prune.rounds is {prune.Rounds}; it must be 1 or more.",
        { Rounds: > 1, Granularity: PruneGranularity.TwoOfFour } => $"prune.rounds is {prune.Rounds}; with prune.granularity TwoOfFour it must be 1: two of every four go at once.",
        { Rounds: > 1 } when prune.FineTuneEpochs < prune.Rounds =>
            $"prune.rounds is {prune.Rounds} and prune.fineTuneEpochs {prune.FineTuneEpochs}; every round is followed by an epoch at least.",
        _ => null,
    };

    /// <summary>The fault of a quantization.</summary>
    public static string? Of(QuantizeSpec quantize) => quantize switch
    {
        { CalibrationSamples: < 1 } => $"quantize.calibrationSamples is {quantize.CalibrationSamples}; it must be 1 or more.",
        { FineTuneEpochs: < 0 } => $"quantize.fineTuneEpochs is {quantize.FineTuneEpochs}; it must be 0 or more.",
        { FineTuneEpochs: > 0, Precision: not (QuantizePrecision.Int8 or QuantizePrecision.Binary) } =>
            $"quantize.fineTuneEpochs is {quantize.FineTuneEpochs}; it goes with quantize.precision Int8 or Binary only and must be 0 with {quantize.Precision}.",
        { Mode: QuantizeMode.Dynamic, Precision: not QuantizePrecision.Int8 } =>
            $"quantize.mode is Dynamic, which goes with quantize.precision Int8 only; {quantize.Precision} changes weights alone and takes Static.",
        _ => null,
    };

    /// <summary>The fault of a distillation.</summary>
    public static string? Of(DistillSpec distill) => distill switch
    {
        { Temperature: not (> 0 and < double.PositiveInfinity) } => FormattableString.Invariant($"distill.temperature is {distill.Temperature}; it must be greater than 0."),
        { LabelWeight: not (>= 0 and <= 1) } => FormattableString.Invariant($"distill.labelWeight is {distill.LabelWeight}; it must be 0 to 1."),
        { Epochs: < 1 } => $"distill.epochs is {distill.Epochs}; it must be 1 or more.",
        { DataFree: true, Transfer: not DistillTransfer.Adversarial } =>
            $"distill.dataFree is true and distill.transfer {distill.Transfer}; only the generator of Adversarial can do without the training examples.",
        _ when TrainSpecFaults.Of(distill.Student, "distill.student") is { } fault => fault,
        { Student.Cnn.EarlyExit: not null } => "distill.student.cnn.earlyExit is set; a student answers with one classifier, remove it.",
        _ => null,
    };
}
