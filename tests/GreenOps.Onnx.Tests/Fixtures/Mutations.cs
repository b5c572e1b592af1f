using Google.Protobuf;
using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx.Tests.Fixtures;

/// <summary>Damages model files: their bytes, or what the bytes say.</summary>
internal sealed class Mutations(Random random)
{
    private static readonly long[] Extremes = [0, -1, 1, 2, 7, 255, 1 << 16, int.MaxValue, long.MaxValue, long.MinValue];

    private static readonly string[] Operators =
        ["Conv", "ConvTranspose", "Gemm", "MatMul", "LSTM", "GRU", "RNN", "Gather", "BatchNormalization", "Constant", "If", "Loop", "Scan", "Reshape", "Slice", "Squeeze", "Split", "Resize", "Clip", "Identity"];

    public byte[] Apply(byte[] model)
    {
        var bytes = random.Next(3) == 0 ? model : Structured(model);
        return random.Next(3) == 0 ? Overwritten(bytes) : bytes;
    }

    private byte[] Overwritten(byte[] model)
    {
        var bytes = (byte[])model.Clone();
        for (var i = random.Next(1, 6); i > 0 && bytes.Length > 0; i--)
            bytes[random.Next(2) == 0 ? random.Next(bytes.Length) : random.Next(Math.Min(600, bytes.Length))] = (byte)random.Next(256);
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private byte[] Structured(byte[] model)
    {
        var proto = ModelProto.Parser.ParseFrom(model);
        for (var i = random.Next(1, 4); i > 0; i--)
            Change(proto);
        return proto.ToByteArray();
    }

    private void Change(ModelProto model)
    {
        var graph = AnyGraph(model.Graph);
        switch (random.Next(9))
        {
            case 0 when Any(graph.Initializer) is { Dims.Count: > 0 } tensor:
                tensor.Dims[random.Next(tensor.Dims.Count)] = Any(Extremes);
                break;
            case 1 when Any(graph.Initializer) is { } tensor:
                tensor.DataType = random.Next(0, 24);
                break;
            case 2 when Any(graph.Node) is { } node:
                node.OpType = Any(Operators)!;
                break;
            case 3 when Any(graph.Node) is { Input.Count: > 0 } node && Any(graph.Node) is { } other:
                node.Input[random.Next(node.Input.Count)] = Any(other.Input) ?? "";
                break;
            case 4 when Any(graph.Node) is { Input.Count: > 0 } node:
                node.Input.RemoveAt(random.Next(node.Input.Count));
                break;
            case 5 when Any(graph.Node) is { Output.Count: > 0 } node:
                node.Output.RemoveAt(random.Next(node.Output.Count));
                break;
            case 6 when Any(graph.Node) is { } node && Any(node.Attribute) is { } attribute:
                attribute.I = Any(Extremes);
                for (var i = 0; i < attribute.Ints.Count; i++)
                    attribute.Ints[i] = Any(Extremes);
                break;
            case 7 when model.OpsetImport.Count > 0:
                model.OpsetImport[0].Version = random.Next(0, 25);
                break;
            case 8 when Any(graph.Node) is { } node:
                // The graph inside itself: a body that reads and defines the same names.
                var body = graph.Clone();
                node.Attribute.Add(new AttributeProto { Name = "body", Type = AttributeProto.Types.AttributeType.Graph, G = body });
                break;
        }
    }

    private GraphProto AnyGraph(GraphProto graph) =>
        random.Next(2) == 0 && Any([.. graph.Node.SelectMany(NodeAttributes.Bodies)]) is { } body ? AnyGraph(body) : graph;

    private T? Any<T>(IReadOnlyList<T> items) => items.Count == 0 ? default : items[random.Next(items.Count)];
}
