using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>Checks nodes one by one, after the rules of ONNX's own checker: known operator sets, attributes, required inputs.</summary>
internal static class NodeRules
{
    private static readonly Dictionary<string, int> RequiredInputs = new(StringComparer.Ordinal)
    {
        ["Add"] = 2,
        ["And"] = 2,
        ["AveragePool"] = 1,
        ["BatchNormalization"] = 5,
        ["Cast"] = 1,
        ["Clip"] = 1,
        ["Concat"] = 1,
        ["Conv"] = 2,
        ["ConvInteger"] = 2,
        ["ConvTranspose"] = 2,
        ["DequantizeLinear"] = 2,
        ["Div"] = 2,
        ["Dropout"] = 1,
        ["DynamicQuantizeLinear"] = 1,
        ["Equal"] = 2,
        ["Exp"] = 1,
        ["Expand"] = 2,
        ["Flatten"] = 1,
        ["GRU"] = 3,
        ["Gather"] = 2,
        ["Gemm"] = 2,
        ["GlobalAveragePool"] = 1,
        ["Greater"] = 2,
        ["Identity"] = 1,
        ["If"] = 1,
        ["InstanceNormalization"] = 3,
        ["LSTM"] = 3,
        ["LayerNormalization"] = 2,
        ["LeakyRelu"] = 1,
        ["Less"] = 2,
        ["LogSoftmax"] = 1,
        ["MatMul"] = 2,
        ["MatMulInteger"] = 2,
        ["MaxPool"] = 1,
        ["Mul"] = 2,
        ["PRelu"] = 2,
        ["Pad"] = 1,
        ["Pow"] = 2,
        ["QuantizeLinear"] = 2,
        ["RNN"] = 3,
        ["Relu"] = 1,
        ["Reshape"] = 1,
        ["Shape"] = 1,
        ["Sigmoid"] = 1,
        ["Slice"] = 1,
        ["Softmax"] = 1,
        ["Split"] = 1,
        ["Sqrt"] = 1,
        ["Squeeze"] = 1,
        ["Sub"] = 2,
        ["Sum"] = 1,
        ["Tanh"] = 1,
        ["TopK"] = 1,
        ["Transpose"] = 1,
        ["Unsqueeze"] = 1,
        ["Where"] = 3,
    };

    /// <exception cref="OnnxFormatException">With a sentence that names the first fault.</exception>
    public static void Validate(GraphProto graph, HashSet<string> domains)
    {
        foreach (var node in graph.Node)
        {
            var isStandard = StandardOpset.IsStandard(node.Domain);
            if (!domains.Contains(isStandard ? "" : node.Domain))
                throw new OnnxFormatException($"{Describe(node)} is of the operator set '{node.Domain}', which the model does not import.");
            if (isStandard && RequiredInputs.TryGetValue(node.OpType, out var required) && node.Input.Take(required).Count(i => i.Length > 0) < required)
                throw new OnnxFormatException($"{Describe(node)} takes {required} input(s) or more and has {node.Input.Count(i => i.Length > 0)}.");
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var attribute in node.Attribute)
            {
                if (!names.Add(attribute.Name))
                    throw new OnnxFormatException($"{Describe(node)} has the attribute '{attribute.Name}' twice.");
                if (!NodeAttributes.IsConsistent(attribute))
                    throw new OnnxFormatException($"{Describe(node)} declares its attribute '{attribute.Name}' to be {attribute.Type} and holds another kind of value.");
            }

            foreach (var body in NodeAttributes.Bodies(node))
                Validate(body, domains);
        }
    }

    private static string Describe(NodeProto node) => $"The node '{node.Name}' ({node.OpType})";
}
