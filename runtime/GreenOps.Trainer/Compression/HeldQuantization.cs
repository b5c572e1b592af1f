using GreenOps.Onnx;

namespace GreenOps.Trainer.Compression;

/// <summary>A quantization with what it left in float to lose no more than it may.</summary>
/// <param name="Model">The model.</param>
/// <param name="Report">What became of its layers.</param>
/// <param name="Note">What a limit that nobody asked for did, as a sentence; null where it did nothing.</param>
internal sealed record HeldQuantization(OnnxModel Model, QuantizationReport Report, string? Note = null);
