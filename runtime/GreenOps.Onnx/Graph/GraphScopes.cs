using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>A constant and the graph that defines it, which may lie around the one that reads it.</summary>
internal sealed record ScopedConstant(TensorProto Tensor, GraphProto Owner);

/// <summary>The main graph or a body of If, Loop or Scan, with every constant that its nodes can read.</summary>
internal sealed record GraphScope(GraphProto Graph, IReadOnlyDictionary<string, ScopedConstant> Constants, bool IsBody)
{
    /// <summary>The main graph, then every body inside it.</summary>
    public static IEnumerable<GraphScope> Of(GraphProto graph) => All(Within(graph, null));

    /// <summary>A graph as it is now, with what it sees of the one around it; null around the main graph.</summary>
    public static GraphScope Within(GraphProto graph, GraphScope? outer)
    {
        var constants = outer is null ? new(StringComparer.Ordinal) : new Dictionary<string, ScopedConstant>(outer.Constants, StringComparer.Ordinal);
        // What a body defines itself hides what lies around it.
        foreach (var name in graph.Input.Select(i => i.Name).Concat(graph.Node.SelectMany(n => n.Output)))
            constants.Remove(name);
        foreach (var (name, tensor) in GraphConstants.Of(graph))
            constants[name] = new(tensor, graph);
        return new(graph, constants, outer is not null);
    }

    private static IEnumerable<GraphScope> All(GraphScope scope)
    {
        yield return scope;
        foreach (var inner in scope.Graph.Node.SelectMany(NodeAttributes.Bodies).SelectMany(body => All(Within(body, scope))))
            yield return inner;
    }
}
