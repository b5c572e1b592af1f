using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>A constant and the graph that defines it, which may lie around the one that reads it.</summary>
internal sealed record ScopedConstant(TensorProto Tensor, GraphProto Owner);

/// <summary>The main graph or a body of If, Loop or Scan, with every constant that its nodes can read.</summary>
internal sealed record GraphScope(GraphProto Graph, IReadOnlyDictionary<string, ScopedConstant> Constants, bool IsBody)
{
    /// <summary>The main graph, then every body inside it.</summary>
    public static IEnumerable<GraphScope> Of(GraphProto graph) => Of(graph, new Dictionary<string, ScopedConstant>(StringComparer.Ordinal), false);

    private static IEnumerable<GraphScope> Of(GraphProto graph, IReadOnlyDictionary<string, ScopedConstant> outer, bool isBody)
    {
        var constants = new Dictionary<string, ScopedConstant>(outer, StringComparer.Ordinal);
        // What a body defines itself hides what lies around it.
        foreach (var name in graph.Input.Select(i => i.Name).Concat(graph.Node.SelectMany(n => n.Output)))
            constants.Remove(name);
        foreach (var (name, tensor) in GraphConstants.Of(graph))
            constants[name] = new(tensor, graph);
        yield return new(graph, constants, isBody);
        foreach (var inner in graph.Node.SelectMany(NodeAttributes.Bodies).SelectMany(body => Of(body, constants, true)))
            yield return inner;
    }
}
