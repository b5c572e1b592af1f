using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>The values of a graph that do not depend on its inputs: initializers and the results of Constant nodes.</summary>
internal static class GraphConstants
{
    public static Dictionary<string, TensorProto> Of(GraphProto graph)
    {
        var constants = graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            if (StandardOpset.Is(node, "Constant") && node.Output.Count == 1 && ValueOf(node) is { } tensor)
                constants[node.Output[0]] = tensor;
        }

        return constants;
    }

    /// <summary>The tensor of a Constant node; null for texts and sparse tensors.</summary>
    private static TensorProto? ValueOf(NodeProto node)
    {
        foreach (var attribute in node.Attribute)
        {
            switch (attribute.Name)
            {
                case "value":
                    return attribute.T;
                case "value_float":
                    return TensorCodec.Create<float>(node.Output[0], [attribute.F], []);
                case "value_int":
                    return TensorCodec.Create<long>(node.Output[0], [attribute.I], []);
                case "value_floats":
                    return TensorCodec.Create<float>(node.Output[0], [.. attribute.Floats], [attribute.Floats.Count]);
                case "value_ints":
                    return TensorCodec.Create<long>(node.Output[0], [.. attribute.Ints], [attribute.Ints.Count]);
            }
        }

        return null;
    }
}
