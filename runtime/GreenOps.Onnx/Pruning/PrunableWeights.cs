using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Finds the weights that multiply activations: those of convolutions, matrix products and recurrent layers.
/// Biases and normalization parameters are few and matter much, so they are no candidates.
/// </summary>
internal static class PrunableWeights
{
    public static IReadOnlyList<TensorProto> Of(GraphProto graph)
    {
        var constants = GraphConstants.Of(graph);
        var found = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            foreach (var index in WeightInputs(node))
            {
                if (index < node.Input.Count && constants.TryGetValue(node.Input[index], out var tensor) && tensor.Dims.Count >= 2 && TensorCodec.IsFloat(tensor))
                    found.TryAdd(node.Input[index], tensor);
            }
        }

        return [.. found.Values];
    }

    private static int[] WeightInputs(NodeProto node) => StandardOpset.IsStandard(node.Domain)
        ? node.OpType switch
        {
            "Conv" or "ConvTranspose" => [1],
            "Gemm" or "MatMul" => [0, 1],
            "LSTM" or "GRU" or "RNN" => [1, 2],
            _ => [],
        }
        : [];
}
