using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Finds the weights that multiply activations: those of convolutions, matrix products and recurrent layers.
/// Biases and normalization parameters are few and matter much, so they are no candidates.
/// </summary>
internal static class PrunableWeights
{
    public static IReadOnlyList<TensorProto> Of(GraphProto graph) => [.. Sites(graph).Select(site => site.Tensor)];

    /// <summary>One site for each tensor: the first that reads it.</summary>
    public static IReadOnlyList<WeightSite> Sites(GraphProto graph)
    {
        var seen = new HashSet<TensorProto>(ReferenceEqualityComparer.Instance);
        return [.. WeightSite.Of(graph).Where(site => seen.Add(site.Tensor))];
    }
}
