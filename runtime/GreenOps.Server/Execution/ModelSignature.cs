using GreenOps.Server.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Server.Execution;

/// <summary>What a model takes and gives.</summary>
/// <param name="Inputs">Inputs in the order of the graph.</param>
/// <param name="Outputs">Outputs in the order of the graph.</param>
internal sealed record ModelSignature(IReadOnlyList<TensorSignature> Inputs, IReadOnlyList<TensorSignature> Outputs)
{
    /// <summary>Reads the signature of a loaded model.</summary>
    /// <exception cref="ModelLoadException">An input or output is no tensor of numbers or strings.</exception>
    public static ModelSignature Of(InferenceSession session) => new(
        [.. session.InputNames.Select(name => Describe("input", name, session.InputMetadata[name]))],
        [.. session.OutputNames.Select(name => Describe("output", name, session.OutputMetadata[name]))]);

    /// <summary>Whether requests may differ in rows only: a free first dimension everywhere, and nothing else free in an input.</summary>
    public bool TakesRows { get; } =
        Inputs.Count > 0
        && Inputs.All(input => input.Shape is [< 0, ..] && input.Shape.Skip(1).All(size => size > 0) && input.Datatype.ElementType != TensorElementType.String)
        && Outputs.All(output => output.Shape is [< 0, ..] && output.Datatype.ElementType != TensorElementType.String);

    /// <summary>Whether a client cannot tell the two apart: same names, datatypes and shapes.</summary>
    public bool Matches(ModelSignature other) => Same(Inputs, other.Inputs) && Same(Outputs, other.Outputs);

    /// <inheritdoc/>
    public override string ToString() => $"({string.Join(", ", Inputs)}) -> ({string.Join(", ", Outputs)})";

    private static TensorSignature Describe(string role, string name, NodeMetadata metadata)
    {
        if (metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR)
        {
            throw new ModelLoadException($"its {role} '{name}' is no tensor, and only tensors can be served.");
        }

        var datatype = TensorDatatype.Find(metadata.ElementDataType)
            ?? throw new ModelLoadException($"its {role} '{name}' has elements of type {metadata.ElementDataType}, and only numbers and strings can be served.");
        return new TensorSignature(name, datatype, [.. metadata.Dimensions.Select(dimension => (long)dimension)]);
    }

    private static bool Same(IReadOnlyList<TensorSignature> left, IReadOnlyList<TensorSignature> right) =>
        left.Count == right.Count && left.Zip(right).All(pair =>
            pair.First.Name == pair.Second.Name
            && pair.First.Datatype == pair.Second.Datatype
            && pair.First.Shape.SequenceEqual(pair.Second.Shape));
}

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Datatype">Datatype of its elements.</param>
/// <param name="Shape">Dimensions; -1 is free.</param>
internal sealed record TensorSignature(string Name, TensorDatatype Datatype, IReadOnlyList<long> Shape)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Datatype.Name}{Tensors.Shape.Format(Shape)}";
}
