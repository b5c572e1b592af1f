namespace GreenOps.Onnx;

/// <summary>A constant tensor of a model.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="ElementType">The type of its elements.</param>
/// <param name="Dimensions">Its shape, outermost axis first; empty for a scalar.</param>
public sealed record TensorDescription(string Name, ElementType ElementType, IReadOnlyList<long> Dimensions)
{
    /// <summary>How many elements the tensor holds.</summary>
    public long Count => Dimensions.Aggregate(1L, (product, d) => product * d);
}
