using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Trainer.Profiling;

/// <summary>An input or output of a loaded model.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Dimensions, outermost first; -1 is free.</param>
/// <param name="Symbols">Names of the free dimensions, by their place; empty where a dimension has none.</param>
internal sealed record ModelValue(string Name, TensorElementType Type, IReadOnlyList<long> Shape, IReadOnlyList<string> Symbols)
{
    /// <summary>Whether the outermost dimension is free, so that one run may take several examples.</summary>
    public bool HasFreeBatch => Shape is [< 0, ..];

    /// <summary>Whether the elements are fractions.</summary>
    public bool IsFraction => Type is TensorElementType.Float or TensorElementType.Float16 or TensorElementType.Double;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type} [{string.Join(", ", Shape.Select(Dimension))}]";

    private string Dimension(long size, int axis) =>
        size >= 0 ? FormattableString.Invariant($"{size}") : Symbols.ElementAtOrDefault(axis) is { Length: > 0 } symbol ? symbol : "?";
}
