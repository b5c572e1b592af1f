using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Compression;

/// <summary>Static quantization to 8-bit integers: activation ranges from examples, then the ONNX pass.</summary>
internal static class Int8Quantization
{
    /// <summary>The quantized model, its ranges from training examples where there is a data set, and from generated inputs elsewhere.</summary>
    /// <param name="model">The model in float.</param>
    /// <param name="spec">How many examples to observe.</param>
    /// <param name="data">Where the examples come from; null generates inputs.</param>
    /// <param name="cancellationToken">Ends the observation.</param>
    /// <exception cref="StageException">The model does not take the data set's images, or its values overflow.</exception>
    /// <exception cref="OnnxFormatException">The model has nothing to quantize, or is of too old an operator set.</exception>
    public static (OnnxModel Model, QuantizationReport Report) Apply(
        OnnxModel model, QuantizeSpec spec, ImageDataset? data, CancellationToken cancellationToken)
    {
        var tensors = Calibration.RequiredTensors(model);
        var ranges = Observe(Calibration.WithExtraOutputs(model, tensors), tensors, spec.CalibrationSamples, data, cancellationToken);
        // Weights keep to 7 bits where the processor's 8-bit kernels would saturate.
        var quantized = StaticQuantization.Apply(model, ranges, new StaticQuantizationOptions { ReduceRange = Int8Kernels.Saturate }, out var report)
            .WithMetadata("greenops.weight_bits", Int8Kernels.Saturate ? "7" : "8");
        return (quantized, report);
    }

    private static Dictionary<string, TensorRange> Observe(
        OnnxModel observed, IReadOnlyList<string> tensors, int samples, ImageDataset? data, CancellationToken cancellationToken)
    {
        using var session = new ModelSession(observed.ToByteArray(), cancellationToken);
        IExamples examples = data is null
            ? GeneratedExamples.For(session, "calibration", samples)
            : ImageExamples.For(session, data, data.Training);
        var batch = Batches.Largest(session, examples);
        var count = Math.Min(samples, examples.Count);
        var ranges = tensors.ToDictionary(name => name, _ => TensorRange.Empty, StringComparer.Ordinal);
        for (var start = 0; start < count; start += batch)
        {
            Observe(session, examples, start, Math.Min(batch, count - start), ranges);
        }

        return ranges;
    }

    private static void Observe(ModelSession session, IExamples examples, int start, int count, Dictionary<string, TensorRange> ranges)
    {
        var inputs = examples.Batch(start, count);
        try
        {
            using var outputs = session.Run(inputs);
            for (var i = 0; i < session.Outputs.Count; i++)
            {
                var name = session.Outputs[i].Name;
                if (ranges.TryGetValue(name, out var range))
                {
                    ranges[name] = range.Observe(Answers.Floats(outputs[i]));
                }
            }
        }
        catch (ArgumentException error)
        {
            // The passes say so of values that are not finite.
            throw StageException.BadInput(StageReasons.ModelInvalid, $"The model cannot be quantized: {error.Message}");
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }
    }
}
