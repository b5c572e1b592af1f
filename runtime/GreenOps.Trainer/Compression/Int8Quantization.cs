using System.Numerics.Tensors;
using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Profiling;
using GreenOps.Trainer.Stages;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Trainer.Compression;

/// <summary>Static quantization to 8-bit integers: activation ranges from examples, then the ONNX pass.</summary>
internal static class Int8Quantization
{
    /// <summary>The operator set that quantization per channel takes.</summary>
    public const int RequiredOpset = 13;

    // What the observed tensors of one run may take, and how many of a tensor's values go into a histogram a run.
    private const long MaximumBytes = 256 << 20;
    private const int MaximumValues = 1 << 16;

    /// <summary>The quantized model, its ranges from training examples where there is a data set, and from generated inputs elsewhere.</summary>
    /// <param name="model">The model in float.</param>
    /// <param name="spec">How many examples to observe, and how to find a range.</param>
    /// <param name="limit">What may be lost; null for anything.</param>
    /// <param name="data">Where the examples come from; null generates inputs.</param>
    /// <param name="cancellationToken">Ends the observation.</param>
    /// <exception cref="StageException">The model does not take the data set's examples.</exception>
    /// <exception cref="OnnxFormatException">The model has nothing to quantize, or cannot be brought to opset 13.</exception>
    public static HeldQuantization Apply(OnnxModel model, QuantizeSpec spec, LossLimit? limit, Dataset? data, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var upgraded = OpsetUpgrade.Apply(model, RequiredOpset, out _);
        var (ranges, endless) = Observe(upgraded, spec, data, cancellationToken);
        var overflowing = endless.Count == 0 ? new HashSet<string>() : Calibration.LayersReading(upgraded, endless);
        foreach (var tensor in endless)
        {
            // Only layers that stay in float ask for it.
            ranges[tensor] = new TensorRange(0, 0);
        }

        return SensitiveLayers.Hold(
            upgraded,
            limit,
            data,
            overflowing.ToDictionary(layer => layer, _ => "A value that it reads or gives is not finite on the calibration examples.", StringComparer.Ordinal),
            new Quantizer((excluded, weightsOnly) => Quantize(upgraded, ranges, excluded, weightsOnly), TakesWeightsAlone: true),
            cancellationToken);
    }

    private static HeldQuantization Quantize(OnnxModel model, Dictionary<string, TensorRange> ranges, IReadOnlySet<string> excluded, IReadOnlySet<string> weightsOnly)
    {
        // Weights keep to 7 bits where the processor's 8-bit kernels would saturate.
        var options = new StaticQuantizationOptions { ReduceRange = Int8Kernels.Saturate, ExcludedNodes = excluded, WeightsOnlyNodes = weightsOnly };
        var quantized = StaticQuantization.Apply(model, ranges, options, out var report);
        return new(quantized.WithMetadata("greenops.weight_bits", Int8Kernels.Saturate ? "7" : "8"), report);
    }

    /// <summary>The range of every tensor that needs one, and the tensors whose values are not all finite.</summary>
    private static (Dictionary<string, TensorRange> Ranges, HashSet<string> Endless) Observe(
        OnnxModel model, QuantizeSpec spec, Dataset? data, CancellationToken cancellationToken)
    {
        var tensors = Calibration.RequiredTensors(model);
        if (tensors.Count == 0)
        {
            // Weights alone are quantized, which takes no ranges.
            return ([], []);
        }

        using var session = new ModelSession(Calibration.WithExtraOutputs(model, tensors).ToByteArray(), cancellationToken);
        IExamples examples = data is null
            ? GeneratedExamples.For(session, "calibration", spec.CalibrationSamples)
            : DataExamples.For(session, data, data.Training);
        var estimators = tensors.ToDictionary(name => name, _ => Estimator(spec.Calibration), StringComparer.Ordinal);
        HashSet<string> endless = new(StringComparer.Ordinal);
        var count = Math.Min(spec.CalibrationSamples, examples.Count);
        var batch = Math.Clamp((int)(MaximumBytes / Math.Max(1, Observe(session, examples, 0, 1, estimators, endless))), 1, Batches.Largest(session, examples));
        for (var start = 1; start < count; start += batch)
        {
            Observe(session, examples, start, Math.Min(batch, count - start), estimators, endless);
        }

        return (estimators.Where(pair => !endless.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => Range(pair.Value), StringComparer.Ordinal), endless);
    }

    /// <summary>A tensor that was empty on every example has no range; any will do.</summary>
    private static TensorRange Range(IRangeEstimator estimator) => estimator.ToRange() is { IsEmpty: false } range ? range : new TensorRange(0, 0);

    private static IRangeEstimator Estimator(CalibrationMethod method) => method switch
    {
        CalibrationMethod.MinMax => new MinMaxRange(),
        CalibrationMethod.Entropy => new EntropyRange(),
        _ => new PercentileRange(),
    };

    /// <summary>Runs some examples.</summary>
    /// <returns>Bytes that the outputs took.</returns>
    private static long Observe(ModelSession session, IExamples examples, int start, int count, Dictionary<string, IRangeEstimator> estimators, HashSet<string> endless)
    {
        var inputs = examples.Batch(start, count);
        try
        {
            using var outputs = session.Run(inputs);
            for (var i = 0; i < session.Outputs.Count; i++)
            {
                var name = session.Outputs[i].Name;
                if (estimators.TryGetValue(name, out var estimator) && !endless.Contains(name) && !Observe(estimator, outputs[i]))
                {
                    endless.Add(name);
                }
            }

            return outputs.Sum(output => output.GetTensorSizeInBytes());
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }
    }

    /// <summary>Adds the values, of a large tensor an even share and its ends; false where one is not finite.</summary>
    private static bool Observe(IRangeEstimator estimator, OrtValue output)
    {
        ReadOnlySpan<float> values = Answers.Floats(output);
        if (values.IsEmpty)
        {
            return true;
        }

        var (least, greatest) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        if (!float.IsFinite(least) || !float.IsFinite(greatest))
        {
            return false;
        }

        if (values.Length <= MaximumValues || estimator is MinMaxRange)
        {
            estimator.Observe(values);
            return true;
        }

        // An odd step does not fall on the same channel or column each time.
        var step = (values.Length / MaximumValues) | 1;
        var some = new float[(values.Length + step - 1) / step];
        for (var i = 0; i < some.Length; i++)
        {
            some[i] = values[i * step];
        }

        estimator.Observe(some);
        estimator.Observe([least, greatest]);
        return true;
    }
}
