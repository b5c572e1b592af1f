using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Folds a batch normalization into the convolution or dense layer before it: its scale goes into the weights and its shift into
/// the bias. Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
/// Inference", 2018, section 3.2.
/// </summary>
internal static class BatchNormalizationFolding
{
    public static int Apply(GraphEditor editor) => Apply(editor, editor.Graph, null);

    private static int Apply(GraphEditor editor, GraphProto graph, GraphScope? outer)
    {
        var folded = 0;
        var scope = GraphScope.Within(graph, outer);
        foreach (var normalization in graph.Node.Where(n => StandardOpset.Is(n, "BatchNormalization")).ToList())
        {
            if (Layer(normalization, GraphUses.Of(graph), scope.Constants) is not { } layer || Parameters(normalization, scope.Constants) is not { } parameters)
                continue;
            Fold(editor, layer, parameters, scope.Constants);
            layer.Output[0] = normalization.Output[0];
            graph.Node.Remove(normalization);
            scope = GraphScope.Within(graph, outer);
            folded++;
        }

        return folded + graph.Node.SelectMany(NodeAttributes.Bodies).Sum(body => Apply(editor, body, scope));
    }

    private static NodeProto? Layer(NodeProto normalization, GraphUses uses, IReadOnlyDictionary<string, ScopedConstant> constants) =>
        normalization.Output.Count(o => o.Length > 0) == 1 && NodeAttributes.Int(normalization, "training_mode", 0) == 0 && NodeAttributes.Int(normalization, "spatial", 1) == 1
        && (NodeAttributes.Find(normalization, "is_test") is not { } test || test.I != 0)
        && uses.Producer(normalization.Input[0]) is { Output.Count: 1, Input.Count: >= 2 } layer
        && StandardOpset.IsStandard(layer.Domain)
        && (layer.OpType == "Conv" || (layer.OpType == "ConvTranspose" && NodeAttributes.Int(layer, "group", 1) == 1)
            || (layer.OpType == "Gemm" && NodeAttributes.Float(layer, "alpha", 1) == 1 && NodeAttributes.Float(layer, "beta", 1) == 1))
        && ReferenceEquals(uses.OnlyReader(layer.Output[0]), normalization)
        && IsFloat(layer.Input[1], constants) && constants[layer.Input[1]].Tensor.Dims.Count >= 2
        && (layer.Input.Count < 3 || layer.Input[2].Length == 0 || (IsFloat(layer.Input[2], constants) && constants[layer.Input[2]].Tensor.Dims.Count == 1))
            ? layer
            : null;

    /// <summary>Factor and shift of each channel.</summary>
    private static (float[] Factor, float[] Shift, float[] Mean)? Parameters(NodeProto normalization, IReadOnlyDictionary<string, ScopedConstant> constants)
    {
        if (normalization.Input.Count < 5 || !normalization.Input.Skip(1).All(name => IsFloat(name, constants)))
            return null;
        var values = normalization.Input.Skip(1).Select(name => TensorCodec.ReadFloats(constants[name].Tensor)).ToList();
        if (values.Any(v => v.Length != values[0].Length))
            return null;
        var epsilon = NodeAttributes.Float(normalization, "epsilon", 1e-5f);
        var factor = values[0].Zip(values[3], (scale, variance) => (float)(scale / Math.Sqrt((double)variance + epsilon))).ToArray();
        return factor.All(float.IsFinite) ? (factor, values[1], values[2]) : null;
    }

    private static void Fold(GraphEditor editor, NodeProto layer, (float[] Factor, float[] Shift, float[] Mean) parameters, IReadOnlyDictionary<string, ScopedConstant> constants)
    {
        var weight = constants[layer.Input[1]].Tensor;
        var axis = layer.OpType switch
        {
            "Conv" => 0,
            "Gemm" when NodeAttributes.Int(layer, "transB", 0) != 0 => 0,
            _ => 1,
        };
        var channels = parameters.Factor.Length;
        if (weight.Dims[axis] != channels)
            throw new OnnxFormatException($"The batch normalization behind '{QuantizableLayer.NameOf(layer)}' has {channels} channels, and the layer {weight.Dims[axis]}.");
        var stride = weight.Dims.Skip(axis + 1).Aggregate(1L, (product, d) => product * d);
        var values = TensorCodec.ReadFloats(weight);
        for (var i = 0L; i < values.LongLength; i++)
            values[i] *= parameters.Factor[i / stride % channels];
        var hasBias = layer.Input.Count > 2 && layer.Input[2].Length > 0;
        var bias = hasBias ? TensorCodec.ReadFloats(constants[layer.Input[2]].Tensor) : new float[channels];
        if (bias.Length != channels)
            throw new OnnxFormatException($"The bias of '{QuantizableLayer.NameOf(layer)}' has {bias.Length} values for {channels} channels.");
        for (var c = 0; c < channels; c++)
            bias[c] = ((bias[c] - parameters.Mean[c]) * parameters.Factor[c]) + parameters.Shift[c];

        layer.Input[1] = editor.Add($"{layer.Input[1]}_folded", values, [.. weight.Dims]);
        var folded = editor.Add($"{layer.Input[1]}_bias", bias, channels);
        if (layer.Input.Count > 2)
            layer.Input[2] = folded;
        else
            layer.Input.Add(folded);
    }

    private static bool IsFloat(string name, IReadOnlyDictionary<string, ScopedConstant> constants) =>
        constants.TryGetValue(name, out var constant) && (ElementType)constant.Tensor.DataType == ElementType.Float;
}
