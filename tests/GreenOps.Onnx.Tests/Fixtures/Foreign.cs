using Google.Protobuf;
using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx.Tests.Fixtures;

/// <summary>Models as other exporters write them: any operator set, node by node.</summary>
internal sealed class Foreign
{
    private readonly ModelProto _model;

    public Foreign(int opset, params long[] inputShape)
    {
        _model = new ModelProto { IrVersion = opset < 9 ? 3 : 4, OpsetImport = { new OperatorSetIdProto { Version = opset } }, Graph = new GraphProto { Name = "foreign" } };
        _model.Graph.Input.Add(ValueDescriptions.ToProto(new("x", ElementType.Float, [.. inputShape.Select(Dimension.FromInt64)])));
    }

    public GraphProto Graph => _model.Graph;

    public long Opset => _model.OpsetImport[0].Version;

    public string Weight(string name, float[] values, params long[] shape)
    {
        Graph.Initializer.Add(TensorCodec.Create<float>(name, values, shape));
        // Format 3 lists every weight as an input too.
        if (_model.IrVersion < 4)
            Graph.Input.Add(ValueDescriptions.ToProto(new(name, ElementType.Float, [.. shape.Select(Dimension.FromInt64)])));
        return name;
    }

    public string Node(string op, string[] inputs, string output, params (string Name, AttributeValue Value)[] attributes) => Node(Graph, op, inputs, output, attributes);

    public static string Node(GraphProto graph, string op, string[] inputs, string output, params (string Name, AttributeValue Value)[] attributes)
    {
        var node = new NodeProto { OpType = op, Input = { inputs }, Output = { output } };
        foreach (var (name, value) in attributes)
            node.Attribute.Add(value.ToProto(name));
        graph.Node.Add(node);
        return output;
    }

    /// <summary>An If on the first element of x: both branches multiply x by a weight, one of its own and one of the main graph.</summary>
    public string Branches(string condition, string outer, float[] inner, params long[] shape)
    {
        var node = new NodeProto { OpType = "If", Name = "branches", Input = { condition }, Output = { "y" } };
        node.Attribute.Add(Branch("then_branch", [outer], null, shape));
        node.Attribute.Add(Branch("else_branch", ["inner"], inner, shape));
        Graph.Node.Add(node);
        return "y";
    }

    /// <summary>An If whose branches are filled by the caller, each with a result of the branch's own name and "_y".</summary>
    public string If(string condition, Action<GraphProto, string> then, Action<GraphProto, string> otherwise)
    {
        var node = new NodeProto { OpType = "If", Name = "branches", Input = { condition }, Output = { "y" } };
        foreach (var (name, fill) in new[] { ("then_branch", then), ("else_branch", otherwise) })
        {
            var body = new GraphProto { Name = name, Output = { Value($"{name}_y") } };
            fill(body, $"{name}_y");
            node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = body });
        }

        Graph.Node.Add(node);
        return "y";
    }

    /// <summary>A Constant node.</summary>
    public static string Constant(GraphProto graph, string name, TensorProto tensor)
    {
        var constant = new NodeProto { OpType = "Constant", Output = { name } };
        constant.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = tensor });
        graph.Node.Add(constant);
        return name;
    }

    public OnnxModel Build(params string[] outputs)
    {
        foreach (var output in outputs)
            Graph.Output.Add(Value(output));
        return OnnxModel.Parse(_model.ToByteArray());
    }

    private static ValueInfoProto Value(string name) => new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } };

    private static AttributeProto Branch(string name, string[] weights, float[]? inner, long[] shape)
    {
        var body = new GraphProto { Name = name, Output = { Value($"{name}_y") } };
        if (inner is not null)
            Constant(body, weights[0], TensorCodec.Create<float>("", inner, shape));
        Node(body, "MatMul", ["x", weights[0]], $"{name}_y");
        return new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = body };
    }
}
