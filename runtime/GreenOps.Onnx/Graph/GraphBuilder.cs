using Google.Protobuf.Collections;
using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Builds a model value by value. A value is made before it is used, so what comes out is in order and free of cycles;
/// shapes are followed where that takes no data, and a mismatch is refused where it is written.
/// </summary>
/// <example>
/// <code>
/// var b = new GraphBuilder("digits");
/// var x = b.Input("image", ElementType.Float, "N", 1, 28, 28);
/// var h = b.Relu(b.Conv(x, b.Initializer("conv.weight", kernel, 32, 1, 3, 3), b.Initializer("conv.bias", bias, 32)));
/// var y = b.Gemm(b.Flatten(b.MaxPool(h, [2, 2])), b.Initializer("fc.weight", w, 10, 5408), transB: true);
/// var model = b.Output("logits", y).Build();
/// </code>
/// </example>
public sealed partial class GraphBuilder
{
    private readonly ModelProto _model;
    private readonly Dictionary<string, GraphValue> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);
    private readonly HashSet<GraphValue> _nodeResults = [];
    private readonly HashSet<GraphValue> _outputs = [];
    private GraphProto? _branch;

    /// <summary>Starts an empty graph.</summary>
    /// <param name="graphName">The graph's name, for people.</param>
    /// <param name="opset">The version of the standard operator set; the typed methods write opset 13 to 17.</param>
    /// <param name="producer">Who made the model, for people.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opset is outside 13 to 17.</exception>
    public GraphBuilder(string graphName, int opset = 17, string producer = "greenops")
    {
        ArgumentException.ThrowIfNullOrEmpty(graphName);
        ArgumentOutOfRangeException.ThrowIfLessThan(opset, 13);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opset, 17);
        _model = new ModelProto
        {
            IrVersion = 8,
            ProducerName = producer,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = opset } },
            Graph = new GraphProto { Name = graphName },
        };
    }

    private GraphProto Graph => _model.Graph;

    /// <summary>Declares an input that callers feed.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="elementType">The type of its elements.</param>
    /// <param name="dimensions">The shape, outermost axis first; a text is a symbolic axis, such as <c>"N"</c> for the batch.</param>
    public GraphValue Input(string name, ElementType elementType, params ReadOnlySpan<Dimension> dimensions)
    {
        var value = Define(name, elementType, dimensions.ToArray());
        Graph.Input.Add(ValueDescriptions.ToProto(Describe(value)));
        return value;
    }

    /// <summary>Adds a constant tensor: weights, or an operator's constant argument.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="data">The elements in row-major order.</param>
    /// <param name="dimensions">The shape, outermost axis first; none for a scalar.</param>
    /// <exception cref="ArgumentException">The data do not fill the shape, or the name is taken.</exception>
    public GraphValue Initializer<T>(string name, ReadOnlySpan<T> data, params ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        var tensor = TensorCodec.Create(name, data, dimensions);
        var value = Define(name, (ElementType)tensor.DataType, [.. tensor.Dims.Select(Dimension.FromInt64)]);
        Graph.Initializer.Add(tensor);
        return value;
    }

    /// <inheritdoc cref="Initializer{T}(string, ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    public GraphValue Initializer<T>(string name, T[] data, params ReadOnlySpan<long> dimensions)
        where T : unmanaged => Initializer(name, (ReadOnlySpan<T>)data, dimensions);

    /// <summary>Adds a scalar constant under a name of the builder's choosing.</summary>
    public GraphValue Constant<T>(T value)
        where T : unmanaged => Initializer(FreeName("constant"), new ReadOnlySpan<T>(in value));

    /// <summary>Adds a one-dimensional constant under a name of the builder's choosing, such as the shape a Reshape takes.</summary>
    public GraphValue Constant<T>(T[] values)
        where T : unmanaged => Initializer(FreeName("constant"), values, values.Length);

    /// <summary>Adds any operator. Its results have unknown shape; the typed methods know theirs.</summary>
    /// <param name="op">The operator's name, such as <c>LSTM</c>.</param>
    /// <param name="inputs">Its inputs in order; null leaves an optional one out.</param>
    /// <param name="attributes">Its attributes by name.</param>
    /// <param name="outputs">The names of its results in order; an empty name leaves one out. Null gives one result with a fresh name.</param>
    /// <param name="name">The node's name; null for a fresh one.</param>
    /// <param name="elementType">The type of the results, where the caller knows it.</param>
    /// <returns>One value for each result that is not left out.</returns>
    /// <exception cref="ArgumentException">An input belongs to another builder, or a name is taken.</exception>
    public IReadOnlyList<GraphValue> Node(
        string op,
        IReadOnlyList<GraphValue?> inputs,
        IReadOnlyDictionary<string, AttributeValue>? attributes = null,
        IReadOnlyList<string>? outputs = null,
        string? name = null,
        ElementType elementType = ElementType.Undefined)
    {
        var node = AddNode(op, inputs, attributes, name);
        var results = new List<GraphValue>();
        foreach (var output in outputs ?? [FreeName(node.Name)])
        {
            node.Output.Add(output);
            if (output.Length > 0)
                results.Add(DefineResult(output, elementType, null));
        }

        return results;
    }

    /// <summary>Declares a value to be an output under the name that callers will fetch.</summary>
    /// <exception cref="ArgumentException">The value belongs to another builder, or the name is taken by another value.</exception>
    public GraphBuilder Output(string name, GraphValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Own(value);
        if (value.Name != name)
        {
            // A node's result simply takes the name; inputs, weights and values that are outputs already keep theirs.
            if (_nodeResults.Contains(value) && !_outputs.Contains(value))
                Rename(value, name);
            else
                value = Identity(value, name);
        }

        if (!_outputs.Add(value))
            throw new ArgumentException($"'{name}' is an output already.", nameof(name));
        Graph.Output.Add(ValueDescriptions.ToProto(Describe(value)));
        return this;
    }

    /// <summary>Adds a metadata entry, free text by key.</summary>
    public GraphBuilder Metadata(string key, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        _model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return this;
    }

    /// <summary>The model as built so far; the builder can go on.</summary>
    /// <exception cref="OnnxFormatException">No output was declared.</exception>
    public OnnxModel Build() => OnnxModel.FromProto(_model.Clone());

    private GraphValue Identity(GraphValue value, string name)
    {
        var node = AddNode("Identity", [value], null, null);
        node.Output.Add(name);
        return DefineResult(name, value.ElementType, value.Shape);
    }

    /// <summary>A node with one result of a known type and shape.</summary>
    private GraphValue Single(
        string op,
        IReadOnlyList<GraphValue?> inputs,
        IReadOnlyList<Dimension>? shape,
        string? name,
        IReadOnlyDictionary<string, AttributeValue>? attributes = null)
    {
        var node = AddNode(op, inputs, attributes, name);
        var output = FreeName(node.Name);
        node.Output.Add(output);
        return DefineResult(output, inputs[0]!.ElementType, shape);
    }

    private NodeProto AddNode(string op, IReadOnlyList<GraphValue?> inputs, IReadOnlyDictionary<string, AttributeValue>? attributes, string? name)
    {
        ArgumentException.ThrowIfNullOrEmpty(op);
        if (name is not null && !_nodeNames.Add(name))
            throw new ArgumentException($"The graph has a node named '{name}' already.", nameof(name));
        if (name is null)
        {
            var number = 1;
            while (!_nodeNames.Add(name = $"{op}_{number}"))
                number++;
        }

        var node = new NodeProto { OpType = op, Name = name };
        node.Input.AddRange(inputs.Select(i => i is null ? "" : Own(i).Name));
        foreach (var (key, value) in attributes ?? new Dictionary<string, AttributeValue>())
            node.Attribute.Add(value.ToProto(key));
        (_branch ?? Graph).Node.Add(node);
        return node;
    }

    private GraphValue Define(string name, ElementType elementType, IReadOnlyList<Dimension>? shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var value = new GraphValue(name, elementType, shape);
        return _values.TryAdd(name, value) ? value : throw new ArgumentException($"The graph has a value named '{name}' already.", nameof(name));
    }

    private GraphValue DefineResult(string name, ElementType elementType, IReadOnlyList<Dimension>? shape)
    {
        var value = Define(name, elementType, shape);
        _nodeResults.Add(value);
        return value;
    }

    private GraphValue Own(GraphValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return _values.TryGetValue(value.Name, out var own) && ReferenceEquals(own, value)
            ? value
            : throw new ArgumentException($"The value '{value.Name}' belongs to another graph.", nameof(value));
    }

    private string FreeName(string stem)
    {
        var name = stem;
        for (var i = 2; _values.ContainsKey(name); i++)
            name = $"{stem}_{i}";
        return name;
    }

    private void Rename(GraphValue value, string name)
    {
        if (!_values.TryAdd(name, value))
            throw new ArgumentException($"The graph has a value named '{name}' already.", nameof(name));
        _values.Remove(value.Name);
        Rename(Graph, value.Name, name);
        value.Name = name;
    }

    private static void Rename(GraphProto graph, string from, string to)
    {
        foreach (var node in graph.Node)
        {
            Replace(node.Input, from, to);
            Replace(node.Output, from, to);
            foreach (var branch in node.Attribute.Where(a => a.G is not null))
                Rename(branch.G, from, to);
        }

        foreach (var output in graph.Output.Where(o => o.Name == from && graph.Node.Any(n => n.Output.Contains(to))))
            output.Name = to;
    }

    private static void Replace(RepeatedField<string> names, string from, string to)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == from)
                names[i] = to;
        }
    }

    private static ValueDescription Describe(GraphValue value) => new(value.Name, value.ElementType, value.Shape);
}
