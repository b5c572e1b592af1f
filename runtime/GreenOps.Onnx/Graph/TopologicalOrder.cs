using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Puts every node behind those whose results it reads, and otherwise keeps the order (Kahn, 1962).</summary>
internal static class TopologicalOrder
{
    public static void Sort(GraphProto graph)
    {
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < graph.Node.Count; i++)
        {
            foreach (var output in graph.Node[i].Output.Where(o => o.Length > 0))
                producers[output] = i;
        }

        var waitsFor = new int[graph.Node.Count];
        var consumers = new List<int>?[graph.Node.Count];
        for (var i = 0; i < graph.Node.Count; i++)
        {
            foreach (var name in Reads(graph.Node[i]))
            {
                if (!producers.TryGetValue(name, out var producer) || producer == i)
                    continue;
                waitsFor[i]++;
                (consumers[producer] ??= []).Add(i);
            }
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, waitsFor.Length).Where(i => waitsFor[i] == 0).Select(i => (i, i)));
        var sorted = new List<NodeProto>(graph.Node.Count);
        while (ready.TryDequeue(out var next, out _))
        {
            sorted.Add(graph.Node[next]);
            foreach (var consumer in consumers[next] ?? [])
            {
                if (--waitsFor[consumer] == 0)
                    ready.Enqueue(consumer, consumer);
            }
        }

        if (sorted.Count < graph.Node.Count)
            throw new OnnxFormatException("The graph has a cycle, so its nodes have no order.");
        graph.Node.Clear();
        graph.Node.AddRange(sorted);
    }

    /// <summary>Every name a node reads, those that its bodies take from outside included.</summary>
    public static HashSet<string> Reads(NodeProto node)
    {
        var reads = node.Input.Where(i => i.Length > 0).ToHashSet(StringComparer.Ordinal);
        foreach (var body in NodeAttributes.Bodies(node))
            Collect(body, reads);
        return reads;
    }

    private static void Collect(GraphProto body, HashSet<string> reads)
    {
        foreach (var output in body.Output)
            reads.Add(output.Name);
        foreach (var node in body.Node)
            reads.UnionWith(Reads(node));
    }
}
