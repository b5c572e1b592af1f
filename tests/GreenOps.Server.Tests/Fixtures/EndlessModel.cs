using Google.Protobuf;
using GreenOps.Onnx;

namespace GreenOps.Server.Tests.Fixtures;

/// <summary>A model that answers, but never where a pixel is above a million: then a Loop keeps its own condition true.</summary>
internal static class EndlessModel
{
    /// <summary>A pixel that it never answers to.</summary>
    public const float Poison = 2e6f;

    private const int FloatType = 1;
    private const int Int64Type = 7;
    private const int BooleanType = 9;

    /// <summary>image [N,1,28,28] to its highest pixel, whether that is above a million, and what the loop leaves of it.</summary>
    public static byte[] Build()
    {
        var graph = new GraphBuilder("endless");
        var image = graph.Input("image", ElementType.Float, "N", 1, 28, 28);
        var highest = graph.Shaped("ReduceMax", [image], ElementType.Float, [], new Dictionary<string, AttributeValue> { ["keepdims"] = 0L });
        var huge = graph.Shaped("Greater", [highest, graph.Constant(1e6f)], ElementType.Bool, []);
        var model = graph.Output("highest", highest).Output("huge", huge).Build().ToByteArray();

        // Messages that are written one after the other are merged: the loop is added to the nodes.
        return [.. model, .. Message(7, [.. Message(1, Loop()), .. Message(12, Scalar("looped", FloatType))])];
    }

    private static byte[] Loop()
    {
        byte[] body =
        [
            .. Message(1, Node("Or", ["again", "again"], "still")),
            .. Message(1, Node("Add", ["value", "value"], "more")),
            .. Text(2, "body"),
            .. Message(11, Scalar("round", Int64Type)),
            .. Message(11, Scalar("again", BooleanType)),
            .. Message(11, Scalar("value", FloatType)),
            .. Message(12, Scalar("still", BooleanType)),
            .. Message(12, Scalar("more", FloatType)),
        ];
        return [.. Node("Loop", ["", "huge", "highest"], "looped"), .. Message(5, [.. Text(1, "body"), .. Message(6, body), .. Number(20, 5)])];
    }

    private static byte[] Node(string op, string[] inputs, string output) =>
        [.. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(3, $"{op}-of-{output}"), .. Text(4, op)];

    private static byte[] Scalar(string name, int type) =>
        [.. Text(1, name), .. Message(2, Message(1, [.. Number(1, type), .. Message(2, [])]))];

    private static byte[] Text(int field, string text) => Write(field, WireFormat.WireType.LengthDelimited, output => output.WriteString(text));

    private static byte[] Message(int field, byte[] content) =>
        Write(field, WireFormat.WireType.LengthDelimited, output => output.WriteBytes(ByteString.CopyFrom(content)));

    private static byte[] Number(int field, int value) => Write(field, WireFormat.WireType.Varint, output => output.WriteInt32(value));

    private static byte[] Write(int field, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            output.WriteTag(field, type);
            write(output);
        }

        return bytes.ToArray();
    }
}
