namespace GreenOps.Onnx;

/// <summary>What a model says of one of its inputs or outputs.</summary>
/// <param name="Name">The name callers feed or fetch.</param>
/// <param name="ElementType">The element type; <see cref="ElementType.Undefined"/> for values that are not tensors.</param>
/// <param name="Dimensions">The shape, outermost axis first; empty for a scalar; null when even the rank is unknown.</param>
public sealed record ValueDescription(string Name, ElementType ElementType, IReadOnlyList<Dimension>? Dimensions)
{
    /// <summary>Name, type and shape on one line.</summary>
    public override string ToString() => $"{Name}: {ElementType} {Dimension.Format(Dimensions)}";
}
