namespace GreenOps.Onnx;

/// <summary>A value inside a graph under construction: an input, a weight or a node's result. Only its builder makes one.</summary>
public sealed class GraphValue
{
    internal GraphValue(string name, ElementType elementType, IReadOnlyList<Dimension>? shape) =>
        (Name, ElementType, Shape) = (name, elementType, shape);

    /// <summary>The name in the model.</summary>
    public string Name { get; internal set; }

    /// <summary>The element type; <see cref="ElementType.Undefined"/> where the builder does not know the operator.</summary>
    public ElementType ElementType { get; }

    /// <summary>The shape as far as the builder can tell, outermost axis first; null when even the rank is unknown.</summary>
    public IReadOnlyList<Dimension>? Shape { get; }

    /// <summary>Name, type and shape on one line.</summary>
    public override string ToString() => $"{Name}: {ElementType} {Dimension.Format(Shape)}";
}
