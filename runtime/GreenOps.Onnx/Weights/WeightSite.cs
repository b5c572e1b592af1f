using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>A constant that multiplies activations, and the node that reads it.</summary>
/// <param name="Graph">The graph of the node: the main one or a body.</param>
/// <param name="Node">The node.</param>
/// <param name="Index">Which of its inputs.</param>
/// <param name="Tensor">The constant.</param>
/// <param name="Owner">The graph that defines the constant.</param>
internal sealed record WeightSite(GraphProto Graph, NodeProto Node, int Index, TensorProto Tensor, GraphProto Owner)
{
    public string Name => Node.Input[Index];

    /// <summary>The axis that inputs lie on, which a product sums over.</summary>
    public int InputAxis => Node.OpType switch
    {
        "Conv" or "Gather" => 1,
        "ConvTranspose" => 0,
        "Gemm" when Index == 1 => NodeAttributes.Int(Node, "transB", 0) != 0 ? 1 : 0,
        "Gemm" => NodeAttributes.Int(Node, "transA", 0) != 0 ? 0 : 1,
        "MatMul" => Index == 1 ? Tensor.Dims.Count - 2 : Tensor.Dims.Count - 1,
        _ => Tensor.Dims.Count - 1,
    };

    /// <summary>The axis that outputs lie on, each of which may have a scale of its own.</summary>
    public int OutputAxis => Node.OpType switch
    {
        "Conv" or "Gather" => 0,
        "ConvTranspose" => 1,
        "Gemm" or "MatMul" => (Tensor.Dims.Count * 2) - 3 - InputAxis,
        _ => 1,
    };

    /// <summary>Every site of the main graph and of the bodies in it, in file order.</summary>
    /// <param name="graph">The main graph.</param>
    /// <param name="embeddings">Whether tables that Gather takes rows from count too.</param>
    public static IEnumerable<WeightSite> Of(GraphProto graph, bool embeddings = false)
    {
        foreach (var scope in GraphScope.Of(graph))
        {
            foreach (var node in scope.Graph.Node.Where(n => StandardOpset.IsStandard(n.Domain)))
            {
                foreach (var index in embeddings && IsEmbedding(node) ? [0] : Inputs(node))
                {
                    if (index < node.Input.Count && scope.Constants.TryGetValue(node.Input[index], out var constant) && HasRank(node, constant.Tensor.Dims.Count) && TensorCodec.IsFloat(constant.Tensor))
                        yield return new(scope.Graph, node, index, constant.Tensor, constant.Owner);
                }
            }
        }
    }

    private static bool IsEmbedding(NodeProto node) => node.OpType == "Gather" && NodeAttributes.Int(node, "axis", 0) == 0;

    private static bool HasRank(NodeProto node, int rank) => node.OpType switch
    {
        "Gemm" or "Gather" => rank == 2,
        "MatMul" => rank >= 2,
        "LSTM" or "GRU" or "RNN" => rank == 3,
        _ => rank >= 3,
    };

    private static int[] Inputs(NodeProto node) => node.OpType switch
    {
        "Conv" or "ConvTranspose" => [1],
        "Gemm" or "MatMul" => [0, 1],
        "LSTM" or "GRU" or "RNN" => [1, 2],
        _ => [],
    };
}
