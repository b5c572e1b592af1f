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
            if (StandardOpset.Is(node, "Constant") && node.Output.Count == 1 && node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } tensor)
                constants[node.Output[0]] = tensor;
        }

        return constants;
    }
}
