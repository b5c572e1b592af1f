using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Types and shapes of a graph's values as far as the passes need them: what the file declares, and where it declares
/// nothing, what follows from the operators. Unknown in, unknown out; an operator it does not know gives unknown.
/// </summary>
internal sealed class ShapeInference
{
    private readonly Dictionary<string, ValueType> _values;

    private ShapeInference(Dictionary<string, ValueType> values) => _values = values;

    public static ShapeInference Of(ModelProto model) => Of(model.Graph, StandardOpset.VersionOf(model), null);

    /// <summary>The values of a graph; a body sees those of the graph around it.</summary>
    public static ShapeInference Of(GraphProto graph, long opset, ShapeInference? outer)
    {
        var values = outer is null ? new(StringComparer.Ordinal) : new Dictionary<string, ValueType>(outer._values, StringComparer.Ordinal);
        foreach (var info in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
            values[info.Name] = Declared(info);
        foreach (var tensor in graph.Initializer)
            values[tensor.Name] = Of(tensor);
        var result = new ShapeInference(values);
        var constants = GraphConstants.Of(graph);
        foreach (var node in graph.Node.Where(n => StandardOpset.IsStandard(n.Domain)))
        {
            var inferred = OperatorShapes.Infer(node, new(result, constants, opset));
            for (var i = 0; i < node.Output.Count; i++)
            {
                if (node.Output[i].Length > 0)
                    values[node.Output[i]] = Join(values.GetValueOrDefault(node.Output[i]), i < inferred.Count ? inferred[i] : ValueType.Unknown);
            }
        }

        return result;
    }

    public ValueType this[string name] => _values.GetValueOrDefault(name) ?? ValueType.Unknown;

    public static ValueType Of(TensorProto tensor) => new((ElementType)tensor.DataType, [.. tensor.Dims.Select(Dimension.FromInt64)]);

    private static ValueType Declared(ValueInfoProto info)
    {
        var description = ValueDescriptions.FromProto(info);
        return new(description.ElementType, description.Dimensions);
    }

    /// <summary>What the file says counts, and the rules fill in what it leaves open.</summary>
    private static ValueType Join(ValueType? declared, ValueType inferred)
    {
        if (declared is null)
            return inferred;
        var type = declared.ElementType == ElementType.Undefined ? inferred.ElementType : declared.ElementType;
        if (declared.Shape is not { } shape)
            return new(type, inferred.Shape);
        return inferred.Shape is { } other && other.Count == shape.Count
            ? new(type, [.. shape.Zip(other, (a, b) => a.Value is null && b.Value is not null ? b : a)])
            : new(type, shape);
    }
}
