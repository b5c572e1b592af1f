namespace GreenOps.Onnx;

/// <summary>What is known of a value: the type of its elements and its shape, each as far as it can be told.</summary>
/// <param name="ElementType">The type; <see cref="ElementType.Undefined"/> where it is not known.</param>
/// <param name="Shape">The shape, outermost axis first; null where even the rank is not known.</param>
internal sealed record ValueType(ElementType ElementType, IReadOnlyList<Dimension>? Shape)
{
    public static ValueType Unknown { get; } = new(ElementType.Undefined, null);

    public int? Rank => Shape?.Count;

    public static ValueType OfRank(ElementType type, int? rank) =>
        new(type, rank is >= 0 and { } axes ? [.. Enumerable.Repeat(Dimension.Unknown, axes)] : null);
}
