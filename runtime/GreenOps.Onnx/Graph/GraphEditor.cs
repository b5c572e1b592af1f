using Google.Protobuf.Collections;
using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// A copy of a model that one pass changes: fresh names, new constants and nodes, and at the end a graph in order with
/// nothing in it that nobody reads. New nodes may be added anywhere.
/// </summary>
internal sealed class GraphEditor
{
    // Initializers that are no inputs came with 4; opset 21 takes 10. Runtimes refuse none of these for older operator sets.
    private const long CurrentIrVersion = 8;

    private readonly HashSet<string> _names;
    private readonly HashSet<string> _added = new(StringComparer.Ordinal);

    private GraphEditor(ModelProto model)
    {
        Model = model;
        _names = AllNames(model.Graph).ToHashSet(StringComparer.Ordinal);
    }

    public ModelProto Model { get; }

    public GraphProto Graph => Model.Graph;

    public static GraphEditor Of(OnnxModel model) => new(model.CloneProto());

    /// <summary>A name that nothing in the model has.</summary>
    public string Fresh(string stem)
    {
        var name = stem;
        for (var i = 2; !_names.Add(name); i++)
            name = $"{stem}_{i}";
        return name;
    }

    /// <summary>A new constant of the main graph, which bodies see too.</summary>
    public string Add<T>(string stem, ReadOnlySpan<T> values, params ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        var name = Fresh(stem);
        _added.Add(name);
        Graph.Initializer.Add(TensorCodec.Create(name, values, dimensions));
        return name;
    }

    /// <inheritdoc cref="Add{T}(string, ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    public string Add<T>(string stem, T[] values, params ReadOnlySpan<long> dimensions)
        where T : unmanaged => Add(stem, (ReadOnlySpan<T>)values, dimensions);

    /// <summary>Whether a constant came by <see cref="Add{T}(string, ReadOnlySpan{T}, ReadOnlySpan{long})"/>.</summary>
    public bool IsAdded(string constant) => _added.Contains(constant);

    /// <summary>A node with one result that has a fresh name.</summary>
    public NodeProto New(string op, IEnumerable<string> inputs, string resultStem, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        var result = Fresh(resultStem);
        var node = new NodeProto { OpType = op, Name = Fresh($"{result}_{op}"), Input = { inputs }, Output = { result } };
        foreach (var (name, value) in attributes)
            node.Attribute.Add(value.ToProto(name));
        return node;
    }

    /// <summary>Adds such a node to the main graph or to a body.</summary>
    /// <returns>Its result.</returns>
    public string Append(GraphProto graph, string op, IEnumerable<string> inputs, string resultStem, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        var node = New(op, inputs, resultStem, attributes);
        graph.Node.Add(node);
        return node.Output[0];
    }

    /// <summary>Adds the last node of a chain, whose result takes over a name that nothing else defines any more.</summary>
    public void AppendAs(GraphProto graph, string result, string op, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        var node = New(op, inputs, $"{result}_{op}", attributes);
        node.Output[0] = result;
        graph.Node.Add(node);
    }

    /// <summary>Takes a constant away, so that a node can give its name to a result.</summary>
    public static void RemoveConstant(GraphProto graph, string name)
    {
        Keep(graph.Initializer, t => t.Name != name);
        Keep(graph.Input, i => i.Name != name);
        Keep(graph.Node, n => !(StandardOpset.Is(n, "Constant") && n.Output.Count == 1 && n.Output[0] == name));
    }

    /// <summary>Declares that the graph uses an operator set, at least in some version.</summary>
    public void Require(string domain, long version)
    {
        if (StandardOpset.IsStandard(domain) && Model.OpsetImport.FirstOrDefault(o => StandardOpset.IsStandard(o.Domain)) is { } standard)
            standard.Version = Math.Max(standard.Version, version);
        else if (Model.OpsetImport.FirstOrDefault(o => o.Domain == domain) is { } own)
            own.Version = Math.Max(own.Version, version);
        else
            Model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = version });
    }

    /// <summary>The finished model.</summary>
    public OnnxModel Finish()
    {
        RemoveUnread();
        SortAll(Graph);
        Modernize();
        return OnnxModel.FromProto(Model);
    }

    private static void SortAll(GraphProto graph)
    {
        TopologicalOrder.Sort(graph);
        foreach (var body in graph.Node.SelectMany(NodeAttributes.Bodies))
            SortAll(body);
    }

    /// <summary>How many nodes and constants went because nobody reads them.</summary>
    public (int Nodes, int Constants) RemoveUnread()
    {
        var (nodes, constants) = (0, 0);
        RemoveUnread(Graph, ref nodes, ref constants);
        return (nodes, constants);
    }

    private static void RemoveUnread(GraphProto graph, ref int nodes, ref int constants)
    {
        var (nodesBefore, constantsBefore) = (graph.Node.Count, graph.Initializer.Count);
        // From the inside out: what only unread nodes of a body read is unread too.
        foreach (var body in graph.Node.SelectMany(NodeAttributes.Bodies))
            RemoveUnread(body, ref nodes, ref constants);
        var producers = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output.Where(o => o.Length > 0))
                producers[output] = node;
        }

        var read = new HashSet<string>(StringComparer.Ordinal);
        var alive = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var open = new Stack<string>(graph.Output.Select(o => o.Name));
        while (open.TryPop(out var name))
        {
            if (!read.Add(name) || !producers.TryGetValue(name, out var producer) || !alive.Add(producer))
                continue;
            foreach (var reads in TopologicalOrder.Reads(producer))
                open.Push(reads);
        }

        Keep(graph.Node, alive.Contains);
        var initialized = graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        Keep(graph.Initializer, t => read.Contains(t.Name));
        Keep(graph.Input, i => !initialized.Contains(i.Name) || read.Contains(i.Name));
        var known = graph.Node.SelectMany(n => n.Output).ToHashSet(StringComparer.Ordinal);
        Keep(graph.ValueInfo, v => known.Contains(v.Name));
        nodes += nodesBefore - graph.Node.Count;
        constants += constantsBefore - graph.Initializer.Count;
    }

    /// <summary>
    /// Files from before format 4 list every weight as an input too. There it is a default that callers may override, so
    /// that runtimes cannot count on it; here a weight is a constant.
    /// </summary>
    private void Modernize()
    {
        Model.IrVersion = Math.Max(Model.IrVersion, StandardOpset.VersionOf(Model) switch
        {
            >= 23 => 11,
            >= 21 => 10,
            >= 19 => 9,
            _ => CurrentIrVersion,
        });
        var initialized = Graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        Keep(Graph.Input, i => !initialized.Contains(i.Name));
        if (Model.OpsetImport.Count == 0)
            Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 1 });
    }

    public static void Keep<T>(RepeatedField<T> items, Func<T, bool> condition)
    {
        if (items.All(condition))
            return;
        var kept = items.Where(condition).ToList();
        items.Clear();
        items.AddRange(kept);
    }

    private static IEnumerable<string> AllNames(GraphProto graph) =>
    [
        .. graph.Input.Select(i => i.Name),
        .. graph.Output.Select(o => o.Name),
        .. graph.Initializer.Select(t => t.Name),
        .. graph.SparseInitializer.Select(s => s.Values?.Name ?? ""),
        .. graph.Node.Select(n => n.Name),
        .. graph.Node.SelectMany(n => n.Input.Concat(n.Output)),
        .. graph.Node.SelectMany(NodeAttributes.Bodies).SelectMany(AllNames),
    ];
}
