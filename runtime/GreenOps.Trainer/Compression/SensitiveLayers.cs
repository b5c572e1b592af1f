using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Profiling;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Leaves in float what loses most. Every layer is quantized alone and the error of the outputs noted; then the fewest layers,
/// most harmful first, stay in float with which the whole holds the limit, found by bisection. Source: the sensitivity analysis
/// of Wu, Judd, Zhang, Isaev and Micikevicius, "Integer Quantization for Deep Learning Inference", 2020, section 4.
/// </summary>
internal static class SensitiveLayers
{
    // The order of layers shows on few examples; the limit is held to many.
    private const int RankingExamples = 4;

    // Every candidate of the bisection runs on as many where no data set says how many there are.
    private const int GeneratedExamples = 64;

    /// <summary>Quantizes as many layers as the limit allows.</summary>
    /// <param name="model">The model in float.</param>
    /// <param name="maxLoss">Accuracy, or without labels likeness to the model's own outputs, that may be lost; null takes every layer.</param>
    /// <param name="data">The data set; null generates inputs.</param>
    /// <param name="left">Layers that stay in float whatever they lose, and why.</param>
    /// <param name="quantize">Quantizes all layers but some.</param>
    /// <param name="cancellationToken">Ends the runs.</param>
    /// <exception cref="OnnxFormatException">No layer can be quantized within the limit.</exception>
    public static (OnnxModel Model, QuantizationReport Report) Hold(
        OnnxModel model,
        double? maxLoss,
        Dataset? data,
        IReadOnlyDictionary<string, string> left,
        Func<IReadOnlySet<string>, (OnnxModel Model, QuantizationReport Report)> quantize,
        CancellationToken cancellationToken)
    {
        var always = left.Keys.ToHashSet(StringComparer.Ordinal);
        var all = quantize(always);
        if (maxLoss is not { } limit)
        {
            return (all.Model, Explained(all.Report, left));
        }

        var original = model.ToByteArray();
        var loss = new LossMeter(original, data, cancellationToken);
        var whole = loss.Of(all.Model);
        if (whole <= limit)
        {
            return (all.Model, Explained(all.Report, left));
        }

        var layers = all.Report.Layers.Select(layer => layer.Node).Distinct(StringComparer.Ordinal).ToList();
        var harm = Harm(FidelityMeter.Of(original, data, RankingExamples, cancellationToken), layers, always, quantize);
        layers = [.. layers.OrderByDescending(layer => harm[layer])];
        (OnnxModel Model, QuantizationReport Report)? best = null;
        var (holds, breaks) = (layers.Count, 0);
        while (holds - breaks > 1)
        {
            var kept = breaks + ((holds - breaks) / 2);
            var candidate = quantize(layers.Take(kept).Concat(always).ToHashSet(StringComparer.Ordinal));
            if (loss.Of(candidate.Model) <= limit)
            {
                (holds, best) = (kept, candidate);
            }
            else
            {
                breaks = kept;
            }
        }

        var reasons = layers.Take(holds).ToDictionary(
            layer => layer,
            layer => FormattableString.Invariant($"It loses too much: quantized alone it changes the outputs by {harm[layer]:0.0000} of their size, and the limit is {limit} in all."),
            StringComparer.Ordinal);
        return best is { } found
            ? (found.Model, Explained(found.Report, left.Concat(reasons).ToDictionary(StringComparer.Ordinal)))
            : throw new OnnxFormatException(FormattableString.Invariant(
                $"The model loses {whole:0.0000} when quantized, more than the {limit} allowed, and no layer can be quantized within it; raise maxAccuracyLoss."));
    }

    private static Dictionary<string, double> Harm(
        FidelityMeter meter, List<string> layers, HashSet<string> always, Func<IReadOnlySet<string>, (OnnxModel Model, QuantizationReport Report)> quantize) =>
        layers.ToDictionary(
            layer => layer,
            layer => Distance(meter.Measure(quantize(layers.Where(other => other != layer).Concat(always).ToHashSet(StringComparer.Ordinal)).Model.ToByteArray())),
            StringComparer.Ordinal);

    /// <summary>The sine of the angle between the outputs: their relative error, and finer than decisions that did not change.</summary>
    private static double Distance(Fidelity fidelity) => Math.Sqrt(Math.Max(0, 1 - (fidelity.Cosine * fidelity.Cosine)));

    private static QuantizationReport Explained(QuantizationReport report, IReadOnlyDictionary<string, string> reasons) => report with
    {
        Skipped = [.. report.Skipped.Select(skipped => reasons.TryGetValue(skipped.Node, out var reason) ? skipped with { Reason = reason } : skipped)],
    };

    /// <summary>Accuracy on held-out examples with labels; elsewhere the lesser of agreement with the original and cosine.</summary>
    private sealed class LossMeter
    {
        private readonly Dataset? data;
        private readonly FidelityMeter? fidelity;
        private readonly double before;
        private readonly CancellationToken stop;

        public LossMeter(byte[] original, Dataset? data, CancellationToken stop)
        {
            this.stop = stop;
            this.data = data is { Task: LearningTask.Classification } ? data : null;
            fidelity = this.data is null ? FidelityMeter.Of(original, data, GeneratedExamples, stop) : null;
            before = this.data is null ? 1 : Accuracy(original);
        }

        public double Of(OnnxModel model) => before - (fidelity is null ? Accuracy(model.ToByteArray()) : Likeness(fidelity.Measure(model.ToByteArray())));

        /// <summary>Most decisions of a map are its empty ground: where it is wrong shows in the cosine alone.</summary>
        private static double Likeness(Fidelity measured) => Math.Min(measured.Agreement, measured.Cosine);

        private double Accuracy(byte[] model)
        {
            using var session = new ModelSession(model, stop);
            var evaluation = Evaluation.HeldOut(session, data!);
            return evaluation.Judge(session, Batches.Largest(session, evaluation.Examples));
        }
    }
}
