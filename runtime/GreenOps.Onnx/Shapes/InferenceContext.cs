using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>What a rule sees of a node's surroundings.</summary>
internal sealed record InferenceContext(ShapeInference Values, IReadOnlyDictionary<string, TensorProto> Constants, long Opset)
{
    public ValueType Input(NodeProto node, int index) => index < node.Input.Count && node.Input[index].Length > 0 ? Values[node.Input[index]] : ValueType.Unknown;

    /// <summary>The integers of a constant input, or null.</summary>
    public long[]? Ints(NodeProto node, int index) =>
        index < node.Input.Count && Constants.TryGetValue(node.Input[index], out var tensor) ? TensorCodec.TryReadInts(tensor) : null;

    /// <summary>Integers that newer operator sets take as an input and older ones as an attribute; null where they are computed or absent.</summary>
    public long[]? IntsOf(NodeProto node, int index, string attribute) => NodeAttributes.Ints(node, attribute) ?? Ints(node, index);
}
