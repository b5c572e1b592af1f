namespace GreenOps.Onnx;

/// <summary>A layer that has fewer bits.</summary>
/// <param name="Node">Its name, or its first result's where it has none.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Weight">The tensor its weights were in.</param>
public sealed record QuantizedLayer(string Node, string Operator, string Weight)
{
    /// <summary>Whether only the weights are 8-bit in the file, and the layer computes in float as before.</summary>
    public bool WeightsOnly { get; init; }
}

/// <summary>A layer that stayed in float.</summary>
/// <param name="Node">Its name, or its first result's where it has none.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record SkippedLayer(string Node, string Operator, string Reason);

/// <summary>What a quantization did.</summary>
/// <param name="Layers">The layers that have fewer bits, in file order; those of which only the weights have, last.</param>
/// <param name="Activations">The activation tensors that became 8-bit.</param>
/// <param name="Skipped">The layers that stayed in float, and why.</param>
public sealed record QuantizationReport(
    IReadOnlyList<QuantizedLayer> Layers,
    IReadOnlyList<string> Activations,
    IReadOnlyList<SkippedLayer> Skipped);
