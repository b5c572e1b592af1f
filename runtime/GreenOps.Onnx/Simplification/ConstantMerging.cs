using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Keeps equal constants once, in the main graph: branches that exporters wrote apart often hold the same weights, and so do those
/// that each compute theirs from one constant around them.
/// </summary>
internal static class ConstantMerging
{
    // Below this a constant is no larger than what reads it.
    private const int SmallestBytes = 1 << 10;

    /// <returns>How many constants went.</returns>
    public static int Apply(GraphEditor editor)
    {
        var found = GraphScope.Of(editor.Graph).SelectMany(scope => Mergeable(scope.Graph)).ToList();
        var merged = 0;
        foreach (var equal in found.GroupBy(c => (c.Tensor.DataType, string.Join(',', c.Tensor.Dims), c.Tensor.RawData)).Select(group => group.ToList()).Where(group => group.Count > 1))
        {
            var shared = equal[0].Tensor.Clone();
            shared.Name = editor.Fresh(equal[0].Name);
            foreach (var (graph, name, _) in equal)
            {
                GraphEditor.RemoveConstant(graph, name);
                Rename(graph, name, shared.Name);
            }

            editor.Graph.Initializer.Add(shared);
            merged += equal.Count - 1;
        }

        return merged;
    }

    /// <summary>The large constants that a graph defines and does not give out.</summary>
    private static IEnumerable<(GraphProto Graph, string Name, TensorProto Tensor)> Mergeable(GraphProto graph)
    {
        var fixedNames = graph.Output.Select(o => o.Name).Concat(graph.Input.Select(i => i.Name)).ToHashSet(StringComparer.Ordinal);
        return GraphConstants.Of(graph).Where(c => c.Value.RawData.Length >= SmallestBytes && !fixedNames.Contains(c.Key)).Select(c => (graph, c.Key, c.Value));
    }

    /// <summary>Lets the readers in a graph and in the bodies that do not hide the name read another.</summary>
    private static void Rename(GraphProto graph, string from, string to)
    {
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == from)
                    node.Input[i] = to;
            }

            foreach (var body in NodeAttributes.Bodies(node))
            {
                if (!Defines(body, from))
                    Rename(body, from, to);
            }
        }

        foreach (var output in graph.Output.Where(o => o.Name == from))
            output.Name = to;
    }

    private static bool Defines(GraphProto graph, string name) =>
        graph.Input.Any(i => i.Name == name) || graph.Initializer.Any(t => t.Name == name) || graph.Node.Any(n => n.Output.Contains(name));
}
