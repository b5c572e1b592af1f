namespace GreenOps.Trainer.Compression;

/// <summary>A way to quantize a model.</summary>
/// <param name="Apply">Quantizes all layers but the first ones, and of the second ones the weights alone.</param>
/// <param name="TakesWeightsAlone">Whether it knows weights alone; else the second ones are none.</param>
internal sealed record Quantizer(Func<IReadOnlySet<string>, IReadOnlySet<string>, HeldQuantization> Apply, bool TakesWeightsAlone);
