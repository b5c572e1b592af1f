using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>What the passes over weights share: which sites they take, and what they say of the others.</summary>
internal sealed class WeightPass(IReadOnlySet<string> excluded)
{
    /// <summary>Below this, the nodes and scales that make floats of a weight again take the bytes that it saves.</summary>
    public const int SmallestCount = 512;

    // What is smaller is told of only where it is a weight.
    private const int LargeCount = 4096;

    private readonly List<QuantizedLayer> _layers = [];
    private readonly List<SkippedLayer> _skipped = [];

    public QuantizationReport Report => new(_layers, [], _skipped);

    public void Leave(IEnumerable<SkippedLayer> layers) => _skipped.AddRange(layers);

    /// <summary>The sites to take, each constant once with its first reader before the others: it is replaced for all of them.</summary>
    public List<List<WeightSite>> Sites(GraphProto graph, bool embeddings = false) =>
        [.. WeightSite.Of(graph, embeddings).GroupBy(site => site.Tensor, (IEqualityComparer<TensorProto>)ReferenceEqualityComparer.Instance).Select(readers => readers.ToList()).Where(IsTaken)];

    public void TakeLayers(IEnumerable<QuantizedLayer> layers) => _layers.AddRange(layers);

    public void Take(WeightSite site) => _layers.Add(new(QuantizableLayer.NameOf(site.Node), site.Node.OpType, site.Name));

    /// <summary>Takes the weights of layers that may have been left before, because they could not be taken whole.</summary>
    public void TakeWeights(List<WeightSite> readers)
    {
        _skipped.RemoveAll(skipped => readers.Any(site => IsOf(skipped, site.Node)));
        _layers.Add(new(QuantizableLayer.NameOf(readers[0].Node), readers[0].Node.OpType, readers[0].Name) { WeightsOnly = true });
    }

    /// <summary>Leaves the weights of a layer; what was said before of why it is not taken whole stands, unless the weights had no part in it.</summary>
    public void LeaveWeights(WeightSite site, string reason)
    {
        _skipped.RemoveAll(skipped => IsOf(skipped, site.Node) && skipped.Reason is QuantizationPlan.InBody or QuantizableLayer.NotConstant);
        if (!_skipped.Any(skipped => IsOf(skipped, site.Node)))
            Leave(site.Node, reason);
    }

    public void Leave(WeightSite site, string reason) => Leave(site.Node, reason);

    public void Leave(NodeProto node, string reason) => _skipped.Add(new(QuantizableLayer.NameOf(node), node.OpType, reason));

    /// <summary>Tells of every large constant that is in float still, and of which nothing was said.</summary>
    public void LeaveLargeConstants(GraphEditor editor)
    {
        foreach (var scope in GraphScope.Of(editor.Graph))
        {
            // The scales of quantized weights are no loss.
            foreach (var node in scope.Graph.Node.Where(n => n.Output.Count > 0 && n.OpType != "DequantizeLinear"))
            {
                var large = node.Input.FirstOrDefault(name => !editor.IsAdded(name) && scope.Constants.TryGetValue(name, out var constant)
                    && TensorCodec.IsFloat(constant.Tensor) && TensorCodec.ElementCount(constant.Tensor) >= LargeCount);
                if (large is not null && !_skipped.Any(skipped => IsOf(skipped, node)) && !_layers.Any(layer => layer.Node == QuantizableLayer.NameOf(node)))
                    Leave(node, $"Its constant '{large}' of shape {TensorCodec.ShapeOf(scope.Constants[large].Tensor)} is no weight that this takes; float16 stores it in half the bytes.");
            }
        }
    }

    /// <exception cref="OnnxFormatException">Nothing was taken.</exception>
    public void RefuseNothing(string what)
    {
        if (_layers.Count > 0)
            return;
        var reasons = _skipped.Count == 0 ? "it has no constant weights in Conv, ConvTranspose, Gemm, MatMul, LSTM, GRU or RNN nodes" : string.Join(" ", _skipped.Take(5).Select(s => $"{s.Node} ({s.Operator}): {s.Reason}"));
        throw new OnnxFormatException($"The model has nothing to {what}: {reasons.TrimEnd('.')}.");
    }

    private static bool IsOf(SkippedLayer skipped, NodeProto node) => skipped.Node == QuantizableLayer.NameOf(node) && skipped.Operator == node.OpType;

    private bool IsTaken(List<WeightSite> readers)
    {
        var tensor = readers[0].Tensor;
        var isExcluded = readers.Find(reader => excluded.Contains(QuantizableLayer.NameOf(reader.Node)));
        var reason = isExcluded is not null ? "It is excluded."
            : TensorCodec.ElementCount(tensor) == 0 ? "Its weights are empty."
            : !TensorCodec.ReadFloats(tensor).All(float.IsFinite) ? "Its weights are not all finite."
            : null;
        if (reason is null)
            return true;
        foreach (var reader in readers)
        {
            LeaveWeights(reader, isExcluded is null || excluded.Contains(QuantizableLayer.NameOf(reader.Node))
                ? reason
                : $"It reads the same weights as {QuantizableLayer.NameOf(isExcluded.Node)}, which stays in float.");
        }

        return false;
    }
}
