using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// ONNX Runtime's LSTM with 8-bit weights, which quantizes its inputs and its state while it runs (DynamicQuantizeLSTM, com.microsoft,
/// version 1). GRU and RNN have no such kernel there.
/// </summary>
internal sealed class DynamicLstm(GraphEditor editor, bool reduceRange)
{
    private const string Domain = "com.microsoft";
    private const int Inputs = 8;

    // Layers of several branches may read the same weights.
    private readonly Dictionary<TensorProto, QuantizedTensor> _done = new(ReferenceEqualityComparer.Instance);

    /// <summary>Replaces an LSTM whose both weights are constants.</summary>
    /// <returns>The constants that it had; none where it must stay.</returns>
    public IReadOnlyList<string> Replace(GraphScope scope, NodeProto node)
    {
        if (node.Input.Count < 3 || NodeAttributes.Int(node, "layout", 0) != 0
            || Weights(scope, node.Input[1]) is not { } input || Weights(scope, node.Input[2]) is not { } state
            || input.Dims[0] != state.Dims[0] || input.Dims[1] != state.Dims[1] || state.Dims[1] != 4 * state.Dims[2])
        {
            return [];
        }

        string[] constants = [node.Input[1], node.Input[2]];
        while (node.Input.Count < Inputs)
            node.Input.Add("");
        var (quantizedInput, quantizedState) = (Quantize(node.Input[1], input), Quantize(node.Input[2], state));
        (node.Input[1], node.Input[2]) = (quantizedInput.Values, quantizedState.Values);
        node.Input.Add([quantizedInput.Scales, quantizedInput.ZeroPoints, quantizedState.Scales, quantizedState.ZeroPoints]);
        NodeAttributes.Remove(node, "layout");
        node.OpType = "DynamicQuantizeLSTM";
        node.Domain = Domain;
        editor.Require(Domain, 1);
        return constants;
    }

    private static TensorProto? Weights(GraphScope scope, string name) =>
        scope.Constants.TryGetValue(name, out var constant) && constant.Tensor is { DataType: (int)ElementType.Float, Dims.Count: 3 } tensor
        && TensorCodec.ElementCount(tensor) > 0 && TensorCodec.ReadFloats(tensor).All(float.IsFinite)
            ? tensor
            : null;

    /// <summary>The kernel takes inputs before outputs, and a scale for each output of each direction.</summary>
    private QuantizedTensor Quantize(string name, TensorProto weight)
    {
        if (_done.TryGetValue(weight, out var done))
            return done;
        var (directions, outputs, inputs) = ((int)weight.Dims[0], (int)weight.Dims[1], (int)weight.Dims[2]);
        var quantized = AffineQuantizer.Weights(
            TensorCodec.ReadFloats(weight), directions * outputs, inputs, perChannel: true, reduceRange ? 64 : sbyte.MaxValue, bias: null, inputScale: 1);
        var transposed = new sbyte[quantized.Values.Length];
        for (var i = 0; i < transposed.Length; i++)
        {
            var (direction, output, input) = (i / (outputs * inputs), i / inputs % outputs, i % inputs);
            transposed[(((direction * inputs) + input) * outputs) + output] = quantized.Values[i];
        }

        return _done[weight] = new(
            editor.Add($"{name}_int8", transposed, directions, inputs, outputs),
            editor.Add($"{name}_scales", quantized.Scales, directions, outputs),
            editor.Add($"{name}_zero_points", new sbyte[quantized.Scales.Length], directions, outputs));
    }

    private sealed record QuantizedTensor(string Values, string Scales, string ZeroPoints);
}
