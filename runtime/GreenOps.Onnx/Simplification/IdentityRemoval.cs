using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Removes nodes that give what they take: Identity, and Dropout, which does nothing outside training.</summary>
internal static class IdentityRemoval
{
    public static int Apply(GraphEditor editor)
    {
        var graph = editor.Graph;
        var inBodies = graph.Node.SelectMany(NodeAttributes.Bodies).SelectMany(body => body.Node.SelectMany(TopologicalOrder.Reads).Concat(body.Output.Select(o => o.Name))).ToHashSet(StringComparer.Ordinal);
        var outputs = graph.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var read = graph.Node.SelectMany(n => n.Input).Concat(inBodies).Concat(outputs).ToHashSet(StringComparer.Ordinal);
        var candidates = graph.Node.Where(n => IsIdentity(n, read) && !inBodies.Contains(n.Output[0]) && !outputs.Contains(n.Output[0])).ToList();
        // A chain of identities ends at what the first one reads.
        var source = candidates.ToDictionary(n => n.Output[0], n => n.Input[0], StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                while (source.TryGetValue(node.Input[i], out var origin))
                    node.Input[i] = origin;
            }
        }

        var gone = new HashSet<NodeProto>(candidates, ReferenceEqualityComparer.Instance);
        GraphEditor.Keep(graph.Node, n => !gone.Contains(n));
        return candidates.Count;
    }

    private static bool IsIdentity(NodeProto node, HashSet<string> read) =>
        node.Input.Count > 0 && node.Input[0].Length > 0 && node.Output.Count > 0 && node.Output[0].Length > 0
        && (StandardOpset.Is(node, "Identity")
            || (StandardOpset.Is(node, "Dropout") && node.Input.Count < 3 && node.Output.Skip(1).All(o => !read.Contains(o))
                && (NodeAttributes.Find(node, "is_test") is not { } test || test.I != 0)));
}
