using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>A Conv, Gemm or MatMul with constant weights that int8 kernels can take over.</summary>
/// <param name="Node">The node.</param>
/// <param name="Weight">Its weights, float32.</param>
/// <param name="Bias">Its bias, float32, one value a channel; or null.</param>
/// <param name="ChannelAxis">The axis of the weights that output channels lie on.</param>
internal sealed record QuantizableLayer(NodeProto Node, TensorProto Weight, TensorProto? Bias, int ChannelAxis)
{
    /// <summary>Why a node is none whose second input is no constant; its first may be one.</summary>
    public const string NotConstant = "Its weights are computed, not constant.";

    public string Input => Node.Input[0];

    public string Name => NameOf(Node);

    public static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault(o => o.Length > 0) ?? node.OpType;

    public static bool IsCandidate(NodeProto node) =>
        StandardOpset.IsStandard(node.Domain) && node.OpType is "Conv" or "Gemm" or "MatMul" && node.Output is [{ Length: > 0 }, ..];

    /// <summary>The layer, or the reason why the node is none.</summary>
    public static (QuantizableLayer? Layer, string Reason) From(NodeProto node, IReadOnlyDictionary<string, TensorProto> constants)
    {
        if (node.Input is not [{ Length: > 0 }, _, ..])
            return (null, "It lacks an input.");
        if (!constants.TryGetValue(node.Input[1], out var weight))
            return (null, NotConstant);
        if ((ElementType)weight.DataType != ElementType.Float)
            return (null, $"Its weights are {(ElementType)weight.DataType}, not Float.");
        if (node.OpType == "Conv" ? weight.Dims.Count < 3 : weight.Dims.Count != 2)
            return (null, $"Its weights have the shape {TensorCodec.ShapeOf(weight)}, which no int8 kernel takes.");
        if (TensorCodec.ElementCount(weight) == 0)
            return (null, "Its weights are empty.");
        if (!TensorCodec.ReadFloats(weight).All(float.IsFinite))
            return (null, "Its weights are not all finite.");
        var hasBias = node.OpType != "MatMul" && node.Input.Count > 2 && node.Input[2].Length > 0;
        if (node.OpType == "Gemm" && (NodeAttributes.Float(node, "alpha", 1) != 1 || (hasBias && NodeAttributes.Float(node, "beta", 1) != 1) || NodeAttributes.Int(node, "transA", 0) != 0))
            return (null, "Its product is scaled or its input transposed, which int8 kernels do not do.");

        var axis = node.OpType switch
        {
            "Conv" => 0,
            "Gemm" when NodeAttributes.Int(node, "transB", 0) != 0 => 0,
            _ => 1,
        };
        if (!hasBias)
            return (new(node, weight, null, axis), "");
        if (!constants.TryGetValue(node.Input[2], out var bias) || (ElementType)bias.DataType != ElementType.Float)
            return (null, "Its bias is not a Float constant.");
        if (bias.Dims.Count == 0 || bias.Dims[^1] != weight.Dims[axis] || TensorCodec.ElementCount(bias) != weight.Dims[axis])
            return (null, $"Its bias has the shape {TensorCodec.ShapeOf(bias)} instead of one value a channel.");
        return TensorCodec.ReadFloats(bias).All(float.IsFinite)
            ? (new(node, weight, bias, axis), "")
            : (null, "Its bias is not all finite.");
    }
}
