namespace GreenOps.Onnx;

/// <summary>Which layers a quantization of weights takes, and how.</summary>
public sealed record WeightQuantizationOptions
{
    /// <summary>Weights that share one scale, a power of two from 16; for <see cref="Int4Quantization"/>.</summary>
    public int BlockSize { get; init; } = 32;

    /// <summary>Nodes to leave in float, by name, or by the name of their first result where they have none.</summary>
    public IReadOnlySet<string> ExcludedNodes { get; init; } = new HashSet<string>();

    /// <summary>Nodes of which the weights alone become 8-bit, because they lose too much when their activations do; named likewise. For <see cref="DynamicQuantization"/>.</summary>
    public IReadOnlySet<string> WeightsOnlyNodes { get; init; } = new HashSet<string>();

    /// <summary>
    /// Whether the first and the last layer stay in float, which lose most where every weight is one bit; for
    /// <see cref="BinaryQuantization"/>.
    /// </summary>
    public bool KeepEnds { get; init; } = true;

    /// <summary>Limits 8-bit weights to 7 bits; see <see cref="StaticQuantizationOptions.ReduceRange"/>. For <see cref="DynamicQuantization"/>.</summary>
    public bool ReduceRange { get; init; } = true;
}
