using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Which layers become int8 and which tensors are quantized for them. Runtimes fuse the pattern
/// dequantize, operator, quantize into one int8 kernel, so the plan puts quantization exactly on the tensors at such borders:
/// what a layer reads, and what a convolution gives after the activation that follows it alone. Operators that only move or
/// select values carry the parameters of what they read, and so stay in 8 bits.
/// </summary>
/// <param name="Layers">The layers, in file order.</param>
/// <param name="Skipped">The candidates that are none.</param>
/// <param name="Tensors">The tensors to quantize, each with the tensor whose range it has; itself, unless its values were only moved.</param>
internal sealed record QuantizationPlan(
    IReadOnlyList<QuantizableLayer> Layers,
    IReadOnlyList<SkippedLayer> Skipped,
    IReadOnlyDictionary<string, string> Tensors)
{
    /// <summary>Why a layer inside If, Loop or Scan is left.</summary>
    public const string InBody = "It is inside a branch or loop, whose values cannot be observed.";

    private static readonly HashSet<string> Moving = ["MaxPool", "Flatten", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Identity"];

    public static QuantizationPlan Of(GraphProto graph, StaticQuantizationOptions options)
    {
        var constants = GraphConstants.Of(graph);
        var uses = GraphUses.Of(graph);
        var layers = new List<QuantizableLayer>();
        var skipped = new List<SkippedLayer>();
        foreach (var node in graph.Node.Where(QuantizableLayer.IsCandidate))
        {
            var name = QuantizableLayer.NameOf(node);
            var (layer, reason) = options.ExcludedNodes.Contains(name) || options.WeightsOnlyNodes.Contains(name) ? (null, "It is excluded.") : QuantizableLayer.From(node, constants);
            if (layer is null)
                skipped.Add(new(name, node.OpType, reason));
            else if (constants.ContainsKey(MovedFrom(layer.Input, uses)[^1]))
                skipped.Add(new(name, node.OpType, "Its input is constant."));
            else
                layers.Add(layer);
        }

        skipped.AddRange(GraphScope.Of(graph).Where(scope => scope.IsBody).SelectMany(scope => scope.Graph.Node).Where(QuantizableLayer.IsCandidate)
            .Select(node => new SkippedLayer(QuantizableLayer.NameOf(node), node.OpType, InBody)));

        var tensors = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            if (layer.Node.OpType == "Conv")
            {
                var result = AfterActivation(layer.Node.Output[0], uses);
                tensors[result] = result;
            }
        }

        foreach (var layer in layers)
        {
            var path = MovedFrom(layer.Input, uses);
            foreach (var tensor in path)
                tensors[tensor] = path[^1];
        }

        return new(layers, skipped, tensors);
    }

    /// <summary>The tensor itself, then what it was moved from, back to where its values were computed.</summary>
    private static List<string> MovedFrom(string tensor, GraphUses uses)
    {
        var path = new List<string> { tensor };
        while (uses.Producer(path[^1]) is { Output.Count: 1, Input: [{ Length: > 0 }, ..] } node && StandardOpset.IsStandard(node.Domain) && Moving.Contains(node.OpType))
            path.Add(node.Input[0]);
        return path;
    }

    /// <summary>What a convolution gives after the activation that follows it alone, which its kernel takes in.</summary>
    public static string AfterActivation(string result, GraphUses uses) =>
        uses.OnlyReader(result) is { Output: [{ Length: > 0 }, ..] } reader && (StandardOpset.Is(reader, "Relu") || StandardOpset.Is(reader, "Clip")) && reader.Input[0] == result
            ? reader.Output[0]
            : result;
}
