using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Who makes and who reads each value of a graph.</summary>
internal sealed class GraphUses
{
    private readonly Dictionary<string, NodeProto> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NodeProto>> _readers = new(StringComparer.Ordinal);

    /// <summary>Names read as graph outputs or inside the bodies of If, Loop and Scan.</summary>
    private readonly HashSet<string> _readElsewhere = new(StringComparer.Ordinal);

    private GraphUses(GraphProto graph)
    {
        foreach (var output in graph.Output)
            _readElsewhere.Add(output.Name);
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output)
                _producers[output] = node;
            foreach (var input in node.Input)
            {
                if (!_readers.TryGetValue(input, out var readers))
                    _readers[input] = readers = [];
                readers.Add(node);
            }

            foreach (var body in Bodies(node))
                CollectNames(body);
        }
    }

    public static GraphUses Of(GraphProto graph) => new(graph);

    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    public bool IsRead(string value) => _readers.ContainsKey(value) || _readElsewhere.Contains(value);

    /// <summary>The node that reads the value, if nothing else does.</summary>
    public NodeProto? OnlyReader(string value) =>
        !_readElsewhere.Contains(value) && _readers.TryGetValue(value, out var readers) && readers is [var only] ? only : null;

    private static IEnumerable<GraphProto> Bodies(NodeProto node) => node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Prepend(a.G));

    private void CollectNames(GraphProto body)
    {
        foreach (var output in body.Output)
            _readElsewhere.Add(output.Name);
        foreach (var node in body.Node)
        {
            _readElsewhere.UnionWith(node.Input);
            foreach (var inner in Bodies(node))
                CollectNames(inner);
        }
    }
}
