using Google.Protobuf.Collections;
using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Writes a <see cref="QuantizationPlan"/> into a graph, which it owns.</summary>
internal sealed class QdqRewriter(ModelProto model, StaticQuantizationOptions options, IReadOnlyDictionary<string, AffineParameters> parameters)
{
    private readonly HashSet<string> _names = AllNames(model.Graph);
    private readonly Dictionary<string, (string Scale, string ZeroPoint)> _parameterNames = new(StringComparer.Ordinal);
    private readonly List<NodeProto> _first = [];
    private readonly Dictionary<string, List<NodeProto>> _after = new(StringComparer.Ordinal);

    private GraphProto Graph => model.Graph;

    public ModelProto Rewrite()
    {
        var plan = QuantizationPlan.Of(Graph, options);
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in plan.Layers)
        {
            replaced.UnionWith(layer.Node.Input.Skip(1));
            QuantizeWeights(layer, parameters[plan.Tensors[layer.Input]].Scale);
        }

        var produced = Graph.Node.SelectMany(n => n.Output).ToHashSet(StringComparer.Ordinal);
        foreach (var (tensor, source) in plan.Tensors)
        {
            if (produced.Contains(tensor))
                QuantizeResult(tensor, source);
            else
                QuantizeInput(tensor, source);
        }

        Assemble();
        RemoveUnread(replaced);
        return model;
    }

    /// <summary>The pair takes over the tensor's name, so readers, outputs and bodies that name it need no change.</summary>
    private void QuantizeResult(string tensor, string source)
    {
        var exact = Fresh($"{tensor}_exact");
        foreach (var node in Graph.Node)
        {
            for (var i = 0; i < node.Output.Count; i++)
            {
                if (node.Output[i] == tensor)
                    node.Output[i] = exact;
            }
        }

        _after[exact] = Pair(exact, tensor, source);
    }

    /// <summary>An input must keep its name, so its readers take the pair's.</summary>
    private void QuantizeInput(string tensor, string source)
    {
        var rounded = Fresh($"{tensor}_dequantized");
        foreach (var node in Graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == tensor)
                    node.Input[i] = rounded;
            }
        }

        _first.AddRange(Pair(tensor, rounded, source));
    }

    private List<NodeProto> Pair(string from, string to, string source)
    {
        var (scale, zeroPoint) = ParameterNames(source);
        var quantized = Fresh($"{to}_quantized");
        return [Linear("QuantizeLinear", [from, scale, zeroPoint], quantized, null), Linear("DequantizeLinear", [quantized, scale, zeroPoint], to, null)];
    }

    private (string Scale, string ZeroPoint) ParameterNames(string source)
    {
        if (_parameterNames.TryGetValue(source, out var names))
            return names;
        var (scale, zeroPoint) = parameters[source];
        names = (
            Add<float>($"{source}_scale", [scale], []),
            options.ActivationType == ElementType.Int8
                ? Add<sbyte>($"{source}_zero_point", [(sbyte)zeroPoint], [])
                : Add<byte>($"{source}_zero_point", [(byte)zeroPoint], []));
        _parameterNames.Add(source, names);
        return names;
    }

    private void QuantizeWeights(QuantizableLayer layer, float inputScale)
    {
        var channels = (int)layer.Weight.Dims[layer.ChannelAxis];
        var stride = (int)layer.Weight.Dims.Skip(layer.ChannelAxis + 1).Aggregate(1L, (product, d) => product * d);
        var bias = layer.Bias is null ? null : TensorCodec.ReadFloats(layer.Bias);
        var quantized = AffineQuantizer.Weights(
            TensorCodec.ReadFloats(layer.Weight), channels, stride, options.PerChannel, options.ReduceRange ? 64 : sbyte.MaxValue, bias, inputScale);

        var weight = layer.Node.Input[1];
        long[] parameterShape = options.PerChannel ? [channels] : [];
        layer.Node.Input[1] = Dequantized(
            Add<sbyte>($"{weight}_quantized", quantized.Values, [.. layer.Weight.Dims]),
            Add<float>($"{weight}_scale", quantized.Scales, parameterShape),
            Add<sbyte>($"{weight}_zero_point", new sbyte[quantized.Scales.Length], parameterShape),
            layer.ChannelAxis);
        if (bias is null)
            return;

        var biasScales = Array.ConvertAll(quantized.Scales, s => s * inputScale);
        layer.Node.Input[2] = Dequantized(
            Add<int>($"{layer.Node.Input[2]}_quantized", AffineQuantizer.Bias(bias, biasScales), [channels]),
            Add<float>($"{layer.Node.Input[2]}_scale", biasScales, parameterShape),
            Add<int>($"{layer.Node.Input[2]}_zero_point", new int[biasScales.Length], parameterShape),
            0);
    }

    private string Dequantized(string values, string scale, string zeroPoint, int axis)
    {
        var result = Fresh($"{values}_dequantized");
        _first.Add(Linear("DequantizeLinear", [values, scale, zeroPoint], result, options.PerChannel ? axis : null));
        return result;
    }

    private static NodeProto Linear(string op, string[] inputs, string output, int? axis)
    {
        var node = new NodeProto { OpType = op, Name = $"{output}_{op}", Input = { inputs }, Output = { output } };
        if (axis is { } value)
            node.Attribute.Add(AttributeValue.FromInt64(value).ToProto("axis"));
        return node;
    }

    private string Add<T>(string stem, T[] values, long[] dimensions)
        where T : unmanaged
    {
        var name = Fresh(stem);
        Graph.Initializer.Add(TensorCodec.Create(name, (ReadOnlySpan<T>)values, dimensions));
        return name;
    }

    private void Assemble()
    {
        var nodes = Graph.Node.ToList();
        Graph.Node.Clear();
        Graph.Node.AddRange(_first);
        foreach (var node in nodes)
        {
            Graph.Node.Add(node);
            foreach (var output in node.Output)
                Graph.Node.AddRange(_after.GetValueOrDefault(output) ?? []);
        }
    }

    private void RemoveUnread(HashSet<string> candidates)
    {
        var uses = GraphUses.Of(Graph);
        bool Unread(string name) => candidates.Contains(name) && !uses.IsRead(name);
        Keep(Graph.Initializer, t => !Unread(t.Name));
        Keep(Graph.Input, i => !Unread(i.Name));
        Keep(Graph.Node, n => n.OpType != "Constant" || !Unread(n.Output[0]));
    }

    private static void Keep<T>(RepeatedField<T> items, Func<T, bool> condition)
    {
        var kept = items.Where(condition).ToList();
        items.Clear();
        items.AddRange(kept);
    }

    private string Fresh(string stem)
    {
        var name = stem;
        for (var i = 2; !_names.Add(name); i++)
            name = $"{stem}_{i}";
        return name;
    }

    private static HashSet<string> AllNames(GraphProto graph) =>
    [
        .. graph.Input.Select(i => i.Name),
        .. graph.Initializer.Select(t => t.Name),
        .. graph.Node.SelectMany(n => n.Input.Concat(n.Output)),
        .. graph.Node.SelectMany(n => n.Attribute).SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Prepend(a.G)).SelectMany(AllNames),
    ];
}
