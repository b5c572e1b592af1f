using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>What the passes over weights share: which sites they take, and what they say of the others.</summary>
internal sealed class WeightPass(IReadOnlySet<string> excluded)
{
    private readonly List<QuantizedLayer> _layers = [];
    private readonly List<SkippedLayer> _skipped = [];

    public int Count => _layers.Count;

    public QuantizationReport Report => new(_layers, [], _skipped);

    /// <summary>Layers with weights that the passes to 8 bits do not know.</summary>
    public static IEnumerable<SkippedLayer> WithoutIntegerKernel(GraphProto graph) =>
        PrunableWeights.Sites(graph).Select(site => site.Node).Where(node => !QuantizableLayer.IsCandidate(node)).Distinct()
            .Select(node => new SkippedLayer(QuantizableLayer.NameOf(node), node.OpType, "There is no 8-bit kernel for it here; float16 and int4 take its weights."));

    public void Leave(IEnumerable<SkippedLayer> layers) => _skipped.AddRange(layers);

    /// <summary>The sites to take, each constant once: a constant that several nodes read is replaced for all of them.</summary>
    public List<WeightSite> Sites(GraphProto graph) => [.. PrunableWeights.Sites(graph).Where(IsTaken)];

    public void Take(WeightSite site) => _layers.Add(new(QuantizableLayer.NameOf(site.Node), site.Node.OpType, site.Name));

    public void Leave(WeightSite site, string reason) => Leave(site.Node, reason);

    public void Leave(NodeProto node, string reason) => _skipped.Add(new(QuantizableLayer.NameOf(node), node.OpType, reason));

    /// <exception cref="OnnxFormatException">Nothing was taken.</exception>
    public void RefuseNothing(string what)
    {
        if (_layers.Count > 0)
            return;
        var reasons = _skipped.Count == 0 ? "it has no constant weights in Conv, ConvTranspose, Gemm, MatMul, LSTM, GRU or RNN nodes" : string.Join(" ", _skipped.Take(5).Select(s => $"{s.Node} ({s.Operator}): {s.Reason}"));
        throw new OnnxFormatException($"The model has nothing to {what}: {reasons.TrimEnd('.')}.");
    }

    private bool IsTaken(WeightSite site)
    {
        var reason = excluded.Contains(QuantizableLayer.NameOf(site.Node)) ? "It is excluded."
            : TensorCodec.ElementCount(site.Tensor) == 0 ? "Its weights are empty."
            : !TensorCodec.ReadFloats(site.Tensor).All(float.IsFinite) ? "Its weights are not all finite."
            : null;
        if (reason is not null)
            Leave(site, reason);
        return reason is null;
    }
}
