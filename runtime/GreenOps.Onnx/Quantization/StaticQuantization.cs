namespace GreenOps.Onnx;

/// <summary>
/// Quantizes Conv, Gemm and MatMul to 8 bits with activation ranges measured beforehand. The result is a float graph with
/// QuantizeLinear and DequantizeLinear pairs at the borders of the layers: any runtime computes it, and one with int8
/// kernels, such as ONNX Runtime, fuses each layer with the pairs around it. Symmetric int8 weights, asymmetric activations,
/// int32 bias in units of the products. Of what no integer kernel takes, and in branches and loops, whose values cannot be
/// observed, the weights alone become 8-bit. Arithmetic and sources: <see cref="AffineQuantizer"/>.
/// </summary>
public static class StaticQuantization
{
    /// <summary>Quantizes every layer of the main graph that can be, and the weights of the others.</summary>
    /// <param name="model">A float32 model of opset 13 or newer.</param>
    /// <param name="activationRanges">A range for each of <see cref="Calibration.RequiredTensors"/>.</param>
    /// <param name="options">Types and bits.</param>
    /// <exception cref="ArgumentException">A range is missing or empty, or the options contradict themselves.</exception>
    /// <exception cref="OnnxFormatException">The model's opset is too old, or it has nothing to quantize.</exception>
    public static OnnxModel Apply(OnnxModel model, IReadOnlyDictionary<string, TensorRange> activationRanges, StaticQuantizationOptions options) =>
        Apply(model, activationRanges, options, out _);

    /// <inheritdoc cref="Apply(OnnxModel, IReadOnlyDictionary{string, TensorRange}, StaticQuantizationOptions)"/>
    public static OnnxModel Apply(
        OnnxModel model,
        IReadOnlyDictionary<string, TensorRange> activationRanges,
        StaticQuantizationOptions options,
        out QuantizationReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(activationRanges);
        ArgumentNullException.ThrowIfNull(options);
        var plan = PlanFor(model, options);
        var parameters = plan.Tensors.Values.Distinct(StringComparer.Ordinal).ToDictionary(
            name => name,
            name => AffineQuantizer.ForActivation(RangeOf(name, activationRanges), options.ActivationType == ElementType.Int8),
            StringComparer.Ordinal);
        // Without a layer there is nothing to rewrite but weights.
        var rewritten = plan.Layers.Count == 0 ? model : OnnxModel.FromProto(new QdqRewriter(model.CloneProto(), options, parameters).Rewrite());
        var editor = GraphEditor.Of(rewritten);
        var pass = new WeightPass(options.ExcludedNodes);
        pass.TakeLayers(plan.Layers.Select(l => new QuantizedLayer(l.Name, l.Node.OpType, l.Node.Input[1])));
        pass.Leave(plan.Skipped);
        Int8Weights.Apply(editor, pass);
        pass.RefuseNothing("quantize");
        report = pass.Report with { Activations = [.. plan.Tensors.Keys] };
        return editor.Finish();
    }

    /// <summary>The plan for a model that can be quantized at all.</summary>
    internal static QuantizationPlan PlanFor(OnnxModel model, StaticQuantizationOptions options)
    {
        if (options.ActivationType is not (ElementType.UInt8 or ElementType.Int8))
            throw new ArgumentException($"Activations become UInt8 or Int8, not {options.ActivationType}.", nameof(options));
        if (model.OpsetVersion < 13)
            throw new OnnxFormatException($"The model uses opset {model.OpsetVersion}; quantizing per channel takes 13 or newer; bring it there by OpsetUpgrade.");
        var plan = QuantizationPlan.Of(model.Proto.Graph, options);
        return plan.Layers.Count > 0 || WeightSite.Of(model.Proto.Graph, embeddings: true).Any()
            ? plan
            : throw new OnnxFormatException(plan.Skipped.Count == 0
                ? "The model has nothing to quantize: it has no Conv, Gemm or MatMul, and no other layer with constant weights."
                : $"The model has nothing to quantize: {string.Join(" ", plan.Skipped.Take(5).Select(s => $"{s.Node} ({s.Operator}): {s.Reason}"))}");
    }

    private static TensorRange RangeOf(string tensor, IReadOnlyDictionary<string, TensorRange> ranges)
    {
        if (!ranges.TryGetValue(tensor, out var range))
            throw new ArgumentException($"There is no activation range for '{tensor}'; measure every tensor that Calibration.RequiredTensors names.", nameof(ranges));
        return !range.IsEmpty && float.IsFinite(range.Min) && float.IsFinite(range.Max)
            ? range
            : throw new ArgumentException($"The activation range for '{tensor}' is {range.Min} to {range.Max}; it must be finite and come from at least one sample.", nameof(ranges));
    }
}
