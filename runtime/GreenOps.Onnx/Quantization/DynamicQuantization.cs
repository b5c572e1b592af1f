using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Quantizes Conv, Gemm, MatMul and LSTM to 8 bits with activation ranges found while it runs, from each input: DynamicQuantizeLinear,
/// MatMulInteger or ConvInteger, and a product with both scales; DynamicQuantizeLSTM. Needs no calibration, and stays close to float
/// where ranges differ much between inputs. Of what no integer kernel takes, the weights alone become 8-bit.
/// Arithmetic and sources: <see cref="AffineQuantizer"/>.
/// </summary>
public static class DynamicQuantization
{
    private const int RequiredOpset = 11;
    private const byte WeightZero = 128;

    /// <summary>Quantizes the layers of the main graph and of the bodies in it.</summary>
    /// <exception cref="OnnxFormatException">The model has nothing to quantize.</exception>
    public static OnnxModel Apply(OnnxModel model, WeightQuantizationOptions options, out QuantizationReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (model.OpsetVersion < RequiredOpset)
            model = OpsetUpgrade.Apply(model, RequiredOpset, out _);
        var editor = GraphEditor.Of(model);
        var pass = new WeightPass(options.ExcludedNodes);
        var recurrent = new DynamicLstm(editor, options.ReduceRange);
        Dictionary<(TensorProto, bool, int), Weight> weights = [];
        foreach (var scope in GraphScope.Of(editor.Graph).ToList())
        {
            var constants = scope.Constants.ToDictionary(c => c.Key, c => c.Value.Tensor, StringComparer.Ordinal);
            Dictionary<string, Activation> activations = new(StringComparer.Ordinal);
            foreach (var node in scope.Graph.Node.Where(QuantizableLayer.IsCandidate).ToList())
            {
                var (layer, reason) = IsLeft(node) ? (null, "It is excluded.") : QuantizableLayer.From(node, constants);
                if (layer is null || constants.ContainsKey(layer.Input))
                {
                    pass.Leave(node, layer is null ? reason : "Its input is constant.");
                    continue;
                }

                if (!activations.TryGetValue(layer.Input, out var activation))
                    activations[layer.Input] = activation = Quantize(editor, scope.Graph, layer.Input);
                pass.Take(new(scope.Graph, node, 1, layer.Weight, scope.Graph));
                // Layers of several branches may read the same weights.
                var key = (layer.Weight, layer.Node.OpType == "Conv", layer.ChannelAxis);
                if (!weights.TryGetValue(key, out var weight))
                    weights[key] = weight = Quantize(editor, layer, options.ReduceRange);
                Replace(editor, scope.Graph, layer, activation, weight);
            }

            foreach (var node in scope.Graph.Node.Where(n => StandardOpset.Is(n, "LSTM") && n.Output.Count > 0 && !IsLeft(n)))
                pass.TakeLayers(recurrent.Replace(scope, node).Select(weight => new QuantizedLayer(QuantizableLayer.NameOf(node), "LSTM", weight)));
        }

        Int8Weights.Apply(editor, pass);
        pass.RefuseNothing("quantize dynamically");
        report = pass.Report;
        return editor.Finish();

        bool IsLeft(NodeProto node) => options.ExcludedNodes.Contains(QuantizableLayer.NameOf(node)) || options.WeightsOnlyNodes.Contains(QuantizableLayer.NameOf(node));
    }

    private static Activation Quantize(GraphEditor editor, GraphProto graph, string input)
    {
        var node = editor.New("DynamicQuantizeLinear", [input], $"{input}_quantized");
        node.Output.Add([editor.Fresh($"{input}_scale"), editor.Fresh($"{input}_zero_point")]);
        graph.Node.Add(node);
        return new(node.Output[0], node.Output[1], node.Output[2]);
    }

    private static Weight Quantize(GraphEditor editor, QuantizableLayer layer, bool reduceRange)
    {
        var name = layer.Node.Input[1];
        var isConv = layer.Node.OpType == "Conv";
        var (values, scales, dimensions) = Integers(layer, reduceRange && !isConv);
        // ConvInteger has kernels for unsigned weights only.
        return isConv
            ? new(editor.Add($"{name}_quantized", Array.ConvertAll(values, v => (byte)(v + WeightZero)), dimensions), editor.Add($"{name}_zero_point", [WeightZero]), editor.Add($"{name}_scale", scales, PerChannel(layer)))
            : new(editor.Add($"{name}_quantized", values, dimensions), editor.Add<sbyte>($"{name}_zero_point", [(sbyte)0]), editor.Add($"{name}_scale", scales, PerChannel(layer)));
    }

    private static long[] PerChannel(QuantizableLayer layer)
    {
        var channels = layer.Weight.Dims[layer.ChannelAxis];
        return layer.Node.OpType == "Conv" ? [1, channels, .. Enumerable.Repeat(1L, layer.Weight.Dims.Count - 2)] : [channels];
    }

    private static void Replace(GraphEditor editor, GraphProto graph, QuantizableLayer layer, Activation activation, Weight weight)
    {
        var node = layer.Node;
        var isConv = node.OpType == "Conv";
        var product = editor.New(isConv ? "ConvInteger" : "MatMulInteger", [activation.Values, weight.Values, activation.ZeroPoint, weight.ZeroPoint], $"{node.Output[0]}_integer");
        if (isConv)
            product.Attribute.AddRange(node.Attribute);
        graph.Node.Add(product);
        var sum = editor.Append(graph, "Cast", [product.Output[0]], $"{node.Output[0]}_float", ("to", (long)ElementType.Float));
        var scale = editor.Append(graph, "Mul", [activation.Scale, weight.Scale], $"{node.Output[0]}_scale");
        graph.Node.Remove(node);
        if (layer.Bias is null)
        {
            editor.AppendAs(graph, node.Output[0], "Mul", [sum, scale]);
            return;
        }

        var scaled = editor.Append(graph, "Mul", [sum, scale], $"{node.Output[0]}_scaled");
        editor.AppendAs(graph, node.Output[0], "Add", [scaled, editor.Add($"{node.Input[2]}_channels", TensorCodec.ReadFloats(layer.Bias), PerChannel(layer))]);
    }

    /// <summary>Integers in the layout that the integer operator takes: inputs before outputs in a matrix.</summary>
    private static (sbyte[] Values, float[] Scales, long[] Dimensions) Integers(QuantizableLayer layer, bool reduceRange)
    {
        var dimensions = layer.Weight.Dims.ToArray();
        var channels = (int)dimensions[layer.ChannelAxis];
        var stride = (int)dimensions.Skip(layer.ChannelAxis + 1).Aggregate(1L, (product, d) => product * d);
        var quantized = AffineQuantizer.Weights(
            TensorCodec.ReadFloats(layer.Weight), channels, stride, perChannel: true, reduceRange ? 64 : sbyte.MaxValue, bias: null, inputScale: 1);
        if (layer.Node.OpType == "Conv" || layer.ChannelAxis == 1)
            return (quantized.Values, quantized.Scales, dimensions);
        var inputs = (int)dimensions[1];
        var transposed = new sbyte[quantized.Values.Length];
        for (var output = 0; output < channels; output++)
        {
            for (var input = 0; input < inputs; input++)
                transposed[(input * channels) + output] = quantized.Values[(output * inputs) + input];
        }

        return (transposed, quantized.Scales, [inputs, channels]);
    }

    private sealed record Activation(string Values, string Scale, string ZeroPoint);

    private sealed record Weight(string Values, string ZeroPoint, string Scale);
}
