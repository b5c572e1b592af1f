namespace GreenOps.Onnx;

/// <summary>A Conv, Gemm or MatMul that became int8.</summary>
/// <param name="Node">Its name, or its first result's where it has none.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Weight">The tensor its weights were in.</param>
public sealed record QuantizedLayer(string Node, string Operator, string Weight);

/// <summary>A Conv, Gemm or MatMul that stayed in float.</summary>
/// <param name="Node">Its name, or its first result's where it has none.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record SkippedLayer(string Node, string Operator, string Reason);

/// <summary>What a quantization did.</summary>
/// <param name="Layers">The layers that became int8, in file order.</param>
/// <param name="Activations">The activation tensors that became 8-bit.</param>
/// <param name="Skipped">The layers that stayed in float, and why.</param>
public sealed record QuantizationReport(
    IReadOnlyList<QuantizedLayer> Layers,
    IReadOnlyList<string> Activations,
    IReadOnlyList<SkippedLayer> Skipped);
