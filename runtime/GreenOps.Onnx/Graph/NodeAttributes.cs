using GreenOps.Onnx.Proto;
using static GreenOps.Onnx.Proto.AttributeProto.Types;

namespace GreenOps.Onnx;

/// <summary>Reads and changes a node's attributes by name.</summary>
internal static class NodeAttributes
{
    public static AttributeProto? Find(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name);

    public static long Int(NodeProto node, string name, long otherwise) => Find(node, name) is { HasI: true } found ? found.I : otherwise;

    public static float Float(NodeProto node, string name, float otherwise) => Find(node, name) is { HasF: true } found ? found.F : otherwise;

    public static string Text(NodeProto node, string name, string otherwise) => Find(node, name) is { HasS: true } found ? found.S.ToStringUtf8() : otherwise;

    /// <summary>A list of integers, or null where the attribute is not there.</summary>
    public static long[]? Ints(NodeProto node, string name) => Find(node, name) is { } found ? [.. found.Ints] : null;

    /// <summary>A list of floats, or null where the attribute is not there.</summary>
    public static float[]? Floats(NodeProto node, string name) => Find(node, name) is { } found ? [.. found.Floats] : null;

    public static void Set(NodeProto node, string name, AttributeValue value)
    {
        Remove(node, name);
        node.Attribute.Add(value.ToProto(name));
    }

    public static void Remove(NodeProto node, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            while (Find(node, name) is { } found)
                node.Attribute.Remove(found);
        }
    }

    /// <summary>The graphs inside a node: the branches of If, the bodies of Loop and Scan.</summary>
    public static IEnumerable<GraphProto> Bodies(NodeProto node) =>
        node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Prepend(a.G));

    /// <summary>Whether the attribute's value stands where its declared type says; older files declare none.</summary>
    public static bool IsConsistent(AttributeProto attribute) => attribute.Type switch
    {
        AttributeType.Undefined => true,
        AttributeType.Float => attribute.HasF || attribute.HasRefAttrName || IsEmpty(attribute),
        AttributeType.Int => attribute.HasI || attribute.HasRefAttrName || IsEmpty(attribute),
        AttributeType.String => attribute.HasS || attribute.HasRefAttrName || IsEmpty(attribute),
        AttributeType.Tensor => attribute.T is not null || attribute.HasRefAttrName,
        AttributeType.Graph => attribute.G is not null,
        AttributeType.Floats => attribute.Ints.Count == 0 && attribute.Strings.Count == 0,
        AttributeType.Ints => attribute.Floats.Count == 0 && attribute.Strings.Count == 0,
        AttributeType.Strings => attribute.Floats.Count == 0 && attribute.Ints.Count == 0,
        _ => true,
    };

    /// <summary>A value of zero is left out by writers that do not track presence.</summary>
    private static bool IsEmpty(AttributeProto attribute) =>
        attribute is { HasF: false, HasI: false, HasS: false, T: null, G: null }
        && attribute.Floats.Count == 0 && attribute.Ints.Count == 0 && attribute.Strings.Count == 0;
}
