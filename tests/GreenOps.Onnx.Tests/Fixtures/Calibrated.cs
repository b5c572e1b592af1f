namespace GreenOps.Onnx.Tests.Fixtures;

/// <summary>Static quantization with ranges measured by ONNX Runtime on given samples.</summary>
internal static class Calibrated
{
    public static OnnxModel Quantize(OnnxModel model, StaticQuantizationOptions options, float[] samples, params int[] shape) =>
        Quantize(model, options, out _, samples, shape);

    public static OnnxModel Quantize(OnnxModel model, StaticQuantizationOptions options, out QuantizationReport report, float[] samples, params int[] shape) =>
        StaticQuantization.Apply(model, Ranges(model, options, samples, shape), options, out report);

    public static Dictionary<string, TensorRange> Ranges(OnnxModel model, StaticQuantizationOptions options, float[] samples, params int[] shape)
    {
        var names = Calibration.RequiredTensors(model, options);
        var outputs = Oracle.RunAll(Calibration.WithExtraOutputs(model, names), samples, shape);
        return names.ToDictionary(n => n, n => TensorRange.Empty.Observe(outputs[n].Buffer.Span));
    }
}
