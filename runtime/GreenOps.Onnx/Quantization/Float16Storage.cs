using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Stores the constants in IEEE 754 binary16, half the bytes, and casts them back when the model is loaded: ONNX Runtime has no
/// kernels for binary16 on most CPUs, and where a graph asks for them casts around every operator. Values that binary16 cannot
/// hold stay as they are. For accelerators see <see cref="Float16Conversion"/>.
/// </summary>
public static class Float16Storage
{
    // Below this the cast takes more bytes than it saves.
    private const int SmallestCount = 64;

    // Sizes, scales and the like are read when the graph is built, and runtimes want to see them as they are.
    private static readonly HashSet<string> Structural = ["Resize", "Upsample", "QuantizeLinear", "DequantizeLinear", "Clip", "Range", "ConstantOfShape"];

    /// <summary>Converts the constants of the main graph and of the bodies in it.</summary>
    /// <exception cref="OnnxFormatException">The model has nothing to convert.</exception>
    public static OnnxModel Apply(OnnxModel model, WeightQuantizationOptions options, out QuantizationReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        // Cast by number came with opset 6.
        if (model.OpsetVersion < 6)
            model = OpsetUpgrade.Apply(model, 13, out _);
        var editor = GraphEditor.Of(model);
        List<QuantizedLayer> layers = [];
        List<SkippedLayer> skipped = [];
        foreach (var scope in GraphScope.Of(editor.Graph).ToList())
        {
            var readers = scope.Graph.Node.SelectMany(n => n.Input.Select(i => (Name: i, Node: n))).Where(use => use.Name.Length > 0).ToLookup(use => use.Name, use => use.Node, StringComparer.Ordinal);
            foreach (var (name, tensor) in GraphConstants.Of(scope.Graph))
            {
                if ((ElementType)tensor.DataType != ElementType.Float || TensorCodec.ElementCount(tensor) < SmallestCount)
                    continue;
                var reader = readers[name].FirstOrDefault();
                var reason = Reason(tensor, readers[name], options.ExcludedNodes);
                if (reason is not null)
                {
                    skipped.Add(new(name, reader?.OpType ?? "Constant", reason));
                    continue;
                }

                layers.Add(new(reader is null ? name : QuantizableLayer.NameOf(reader), reader?.OpType ?? "Constant", name));
                GraphEditor.RemoveConstant(scope.Graph, name);
                var half = HalfConstants.Add(editor, name, tensor);
                editor.AppendAs(scope.Graph, name, "Cast", [half], ("to", (long)ElementType.Float));
            }
        }

        if (layers.Count == 0)
            throw new OnnxFormatException($"The model has nothing to store as Float16: {(skipped.Count == 0 ? $"no Float constant has {SmallestCount} values or more" : skipped[0].Reason.TrimEnd('.'))}.");
        report = new(layers, [], skipped);
        return editor.Finish();
    }

    private static string? Reason(TensorProto tensor, IEnumerable<NodeProto> readers, IReadOnlySet<string> excluded)
    {
        var values = TensorCodec.ReadFloats(tensor);
        return readers.Any(reader => excluded.Contains(QuantizableLayer.NameOf(reader))) ? "It is excluded."
            : readers.Any(reader => Structural.Contains(reader.OpType)) ? "It is part of the graph's structure, not a weight."
            : HalfConstants.Fault(values) is { } fault ? fault
            : values.Max(Math.Abs) is > 0 and < 6.2e-5f ? "Its values are so small that Float16 keeps few of their digits."
            : null;
    }
}
