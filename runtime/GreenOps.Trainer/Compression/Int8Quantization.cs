using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Profiling;

namespace GreenOps.Trainer.Compression;

/// <summary>Static quantization to 8-bit integers: activation ranges from training examples, then the ONNX pass.</summary>
internal static class Int8Quantization
{
    private const int Batch = 32;

    /// <summary>The quantized model.</summary>
    /// <param name="model">The model in float.</param>
    /// <param name="spec">How many examples to observe.</param>
    /// <param name="data">Where the examples come from.</param>
    public static OnnxModel Apply(OnnxModel model, QuantizeSpec spec, ImageDataset data)
    {
        var tensors = Calibration.RequiredTensors(model);
        var ranges = Observe(Calibration.WithExtraOutputs(model, tensors), tensors, Math.Min(spec.CalibrationSamples, data.Training.Count), data);
        // Weights keep to 7 bits where the processor's 8-bit kernels would saturate.
        return StaticQuantization.Apply(model, ranges, new StaticQuantizationOptions { ReduceRange = Int8Kernels.Saturate })
            .WithMetadata("greenops.weight_bits", Int8Kernels.Saturate ? "7" : "8");
    }

    private static Dictionary<string, TensorRange> Observe(OnnxModel observed, IReadOnlyList<string> tensors, int samples, ImageDataset data)
    {
        using var session = new ImageSession(observed.ToByteArray(), data.Height, data.Width);
        var ranges = tensors.ToDictionary(name => name, _ => TensorRange.Empty, StringComparer.Ordinal);
        for (var start = 0; start < samples; start += Batch)
        {
            var values = session.RunAll(data.Training, start, Math.Min(Batch, samples - start));
            for (var i = 0; i < values.Count; i++)
            {
                if (ranges.TryGetValue(session.Outputs[i], out var range))
                {
                    ranges[session.Outputs[i]] = range.Observe(values[i]);
                }
            }
        }

        return ranges;
    }
}
