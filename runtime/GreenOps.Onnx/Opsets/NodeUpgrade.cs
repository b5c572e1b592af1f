using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>One node on its way to a newer operator set, and what is to stand before and behind it.</summary>
internal sealed class NodeUpgrade(GraphEditor editor, GraphProto graph, NodeProto node, ShapeInference shapes)
{
    private readonly List<NodeProto> _behind = [];

    public NodeProto Node => node;

    public ShapeInference Shapes => shapes;

    public ValueType Input(int index) => index < node.Input.Count && node.Input[index].Length > 0 ? shapes[node.Input[index]] : ValueType.Unknown;

    public OnnxFormatException Refuse(string why) =>
        new($"The node '{QuantizableLayer.NameOf(node)}' ({node.OpType}) cannot be written in a newer operator set: {why}.");

    /// <summary>Makes a constant an input, with the optional ones before it left out where they are.</summary>
    public void SetInput<T>(int index, string stem, T[] values, params ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        while (node.Input.Count <= index)
            node.Input.Add("");
        node.Input[index] = editor.Add($"{QuantizableLayer.NameOf(node)}_{stem}", values, dimensions);
    }

    /// <summary>Makes a list of integers, which was an attribute, an input.</summary>
    /// <returns>Whether the attribute was there.</returns>
    public bool MoveInts(string attribute, int index)
    {
        if (NodeAttributes.Ints(node, attribute) is not { } values)
            return false;
        NodeAttributes.Remove(node, attribute);
        SetInput(index, attribute, values, values.Length);
        return true;
    }

    /// <summary>Makes a number an input of the same type as the node's first.</summary>
    public void SetScalar(int index, string stem, float value)
    {
        switch (Input(0).ElementType)
        {
            case ElementType.Double:
                SetInput(index, stem, [(double)value]);
                break;
            case ElementType.Float16:
                SetInput(index, stem, [(Half)value]);
                break;
            case ElementType.Float or ElementType.Undefined:
                SetInput(index, stem, [value]);
                break;
            case ElementType.Int64:
                SetInput(index, stem, [(long)value]);
                break;
            case ElementType.Int32:
                SetInput(index, stem, [(int)value]);
                break;
            case var other:
                throw Refuse($"its {stem} would have to be {other}");
        }
    }

    /// <summary>Puts a node before this one.</summary>
    /// <returns>Its result.</returns>
    public string Before(string op, IEnumerable<string> inputs, string stem, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes) =>
        editor.Append(graph, op, inputs, stem, attributes);

    /// <summary>Gives this node's first result a name of its own, and its old name to a node behind it.</summary>
    public void Behind(string op, Func<string, IEnumerable<string>> inputs, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        var result = node.Output[0];
        node.Output[0] = editor.Fresh($"{result}_before_{op}");
        var behind = editor.New(op, inputs(node.Output[0]), $"{result}_{op}", attributes);
        behind.Output[0] = result;
        _behind.Add(behind);
    }

    public string Constant(string stem, params long[] values) => editor.Add($"{QuantizableLayer.NameOf(node)}_{stem}", values, values.Length);

    public void Complete()
    {
        graph.Node.Add(node);
        graph.Node.AddRange(_behind);
    }
}
