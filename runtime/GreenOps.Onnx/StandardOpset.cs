using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>The standard operators (domain empty or <c>ai.onnx</c>) and their version.</summary>
internal static class StandardOpset
{
    public static bool IsStandard(string domain) => domain is "" or "ai.onnx";

    public static bool Is(NodeProto node, string opType) => IsStandard(node.Domain) && node.OpType == opType;

    public static long VersionOf(ModelProto model) =>
        model.OpsetImport.Count == 0 ? 1 : model.OpsetImport.FirstOrDefault(o => IsStandard(o.Domain))?.Version ?? 0;
}
