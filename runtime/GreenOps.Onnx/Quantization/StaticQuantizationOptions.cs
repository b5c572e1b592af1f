namespace GreenOps.Onnx;

/// <summary>How <see cref="StaticQuantization"/> lays numbers out.</summary>
public sealed record StaticQuantizationOptions
{
    /// <summary>The type activations take: <see cref="ElementType.UInt8"/> or <see cref="ElementType.Int8"/>.</summary>
    public ElementType ActivationType { get; init; } = ElementType.UInt8;

    /// <summary>One weight scale an output channel instead of one a tensor: more accurate, at no cost in speed.</summary>
    public bool PerChannel { get; init; } = true;

    /// <summary>
    /// Limits weights to 7 bits. Kernels for x86 CPUs without VNNI add two products in 16 bits, which saturate with 8-bit
    /// weights and quietly cost accuracy; <see cref="Int8Kernels.Saturate"/> tells for this machine. On by default, because
    /// a model may be served elsewhere than it was made and the lost bit is worth little.
    /// </summary>
    public bool ReduceRange { get; init; } = true;

    /// <summary>Nodes to leave in float, by name, or by the name of their first result where they have none.</summary>
    public IReadOnlySet<string> ExcludedNodes { get; init; } = new HashSet<string>();

    /// <summary>Nodes of which the weights alone become 8-bit, because they lose too much when their activations do; named likewise.</summary>
    public IReadOnlySet<string> WeightsOnlyNodes { get; init; } = new HashSet<string>();
}
