using GreenOps.Contract;

namespace GreenOps.Trainer.Compression;

/// <summary>What a quantization may lose.</summary>
/// <param name="Most">Accuracy, or likeness to the model's own outputs.</param>
/// <param name="IsGiven">
/// Whether somebody asked for it: then nothing comes out that loses more. Else it guards a model of which nothing is known against a
/// result that is of no use, is measured by the cosine of the outputs alone, and gives way where it cannot be held in time.
/// </param>
internal sealed record LossLimit(double Most, bool IsGiven)
{
    // Outputs that turn further are seldom of use, and nearer than this 8 bits do not come in many networks.
    private const double Guard = 0.01;

    /// <summary>The limit of a step; null for none.</summary>
    /// <param name="quantize">The step.</param>
    /// <param name="guarded">Whether a step to 8 bits without a limit has one all the same.</param>
    public static LossLimit? Of(QuantizeSpec quantize, bool guarded) => quantize switch
    {
        { MaxAccuracyLoss: { } most } => new LossLimit(most, IsGiven: true),
        { Precision: QuantizePrecision.Int8 } when guarded => new LossLimit(Guard, IsGiven: false),
        _ => null,
    };
}
