using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Lets the graph compute in IEEE 754 binary16, for accelerators that do so natively: constants are converted, and casts stand where
/// values enter and leave the operators that are known to take binary16. Inputs and outputs keep their types. On a CPU without
/// such kernels <see cref="Float16Storage"/> gives the same file size and float's speed.
/// </summary>
public static class Float16Conversion
{
    private static readonly HashSet<string> WithAllInputs =
    [
        "Abs", "Add", "AveragePool", "Concat", "Conv", "ConvTranspose", "Div", "Elu", "Erf", "Exp", "Flatten", "Gemm", "GlobalAveragePool", "GlobalMaxPool",
        "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "Log", "MatMul", "MaxPool", "Mul", "Neg", "PRelu", "Relu", "Sigmoid", "Softmax", "Sqrt", "Sub", "Tanh", "Transpose",
    ];

    private static readonly HashSet<string> WithFirstInput = ["Gather", "Reshape", "Slice", "Split", "Squeeze", "Unsqueeze"];

    /// <summary>Converts the operators of the main graph; bodies of If, Loop and Scan stay in float.</summary>
    /// <exception cref="OnnxFormatException">The model has nothing to convert.</exception>
    public static OnnxModel Apply(OnnxModel model, WeightQuantizationOptions options, out QuantizationReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        // Cast by number came with opset 6, and broadcasting as it is now with 7.
        if (model.OpsetVersion < 7)
            model = OpsetUpgrade.Apply(model, 13, out _);
        var editor = GraphEditor.Of(model);
        TopologicalOrder.Sort(editor.Graph);
        var shapes = ShapeInference.Of(editor.Model);
        var constants = GraphConstants.Of(editor.Graph);
        Dictionary<string, string> halves = new(StringComparer.Ordinal);
        List<QuantizedLayer> layers = [];
        List<SkippedLayer> skipped = [];
        foreach (var node in editor.Graph.Node.Where(n => n.OpType != "Constant" && n.Output.Any(o => shapes[o].ElementType == ElementType.Float)).ToList())
        {
            var reason = Reason(node, shapes, constants, options.ExcludedNodes);
            if (reason is null)
                Convert(editor, node, constants, halves);
            if (reason is null)
                layers.Add(new(QuantizableLayer.NameOf(node), node.OpType, node.Input.Count > 1 ? node.Input[1] : node.Input[0]));
            else
                skipped.Add(new(QuantizableLayer.NameOf(node), node.OpType, reason));
        }

        if (layers.Count == 0)
            throw new OnnxFormatException("The model has nothing to compute in Float16: no operator is known to take it.");
        report = new(layers, [], skipped);
        return editor.Finish();
    }

    private static string? Reason(NodeProto node, ShapeInference shapes, Dictionary<string, TensorProto> constants, IReadOnlySet<string> excluded)
    {
        var inputs = Inputs(node).Where(i => node.Input[i].Length > 0).Select(i => node.Input[i]).ToList();
        return excluded.Contains(QuantizableLayer.NameOf(node)) ? "It is excluded."
            : !StandardOpset.IsStandard(node.Domain) || inputs.Count == 0 ? "The operator is not known to take Float16."
            : inputs.Any(i => shapes[i].ElementType != ElementType.Float) ? "The types of its inputs are not known to be Float."
            : inputs.All(constants.ContainsKey) ? "It depends on constants alone."
            : inputs.Where(constants.ContainsKey).Select(i => HalfConstants.Fault(TensorCodec.ReadFloats(constants[i]))).FirstOrDefault(fault => fault is not null);
    }

    private static IEnumerable<int> Inputs(NodeProto node) =>
        WithAllInputs.Contains(node.OpType) ? Enumerable.Range(0, node.Input.Count) : WithFirstInput.Contains(node.OpType) && node.Input.Count > 0 ? [0] : [];

    private static void Convert(GraphEditor editor, NodeProto node, Dictionary<string, TensorProto> constants, Dictionary<string, string> halves)
    {
        foreach (var i in Inputs(node).Where(i => node.Input[i].Length > 0).ToList())
        {
            var name = node.Input[i];
            if (!halves.TryGetValue(name, out var half))
            {
                half = constants.TryGetValue(name, out var tensor)
                    ? HalfConstants.Add(editor, name, tensor)
                    : editor.Append(editor.Graph, "Cast", [name], $"{name}_float16", ("to", (long)ElementType.Float16));
                halves.Add(name, half);
            }

            node.Input[i] = half;
        }

        // The indices of a pooling are integers.
        var results = node.OpType == "MaxPool" ? 1 : node.Output.Count;
        for (var i = 0; i < results; i++)
        {
            var name = node.Output[i];
            if (name.Length == 0)
                continue;
            node.Output[i] = editor.Fresh($"{name}_float16");
            halves[name] = node.Output[i];
            editor.AppendAs(editor.Graph, name, "Cast", [node.Output[i]], ("to", (long)ElementType.Float));
        }
    }
}
