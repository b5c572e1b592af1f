using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Onnx;
using GreenOps.Trainer.Profiling;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Spares what loses most. Every layer is quantized alone and the error of the outputs noted; then the fewest layers, most harmful
/// first, are spared with which the whole holds the limit, found by bisection: they compute in float from 8-bit weights, or where that
/// does not hold it either, from weights in float. Source: the sensitivity analysis of Wu, Judd, Zhang, Isaev and Micikevicius,
/// "Integer Quantization for Deep Learning Inference", 2020, section 4.
/// </summary>
internal static class SensitiveLayers
{
    // The order of layers shows on few examples; the limit is held to many.
    private const int RankingExamples = 4;

    // Every candidate of the bisection runs on as many where no data set says how many there are.
    private const int GeneratedExamples = 64;

    // A limit that nobody asked for is worth this long at most, half of it for the order of layers, and so much for the examples of one candidate.
    private const int FewestExamples = 16;
    private static readonly TimeSpan GuardTime = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan CandidateTime = TimeSpan.FromSeconds(5);

    private static readonly HashSet<string> None = [];

    /// <summary>Quantizes as many layers as the limit allows.</summary>
    /// <param name="model">The model in float.</param>
    /// <param name="limit">What may be lost; null takes every layer.</param>
    /// <param name="data">The data set; null generates inputs.</param>
    /// <param name="left">Layers that stay in float whatever they lose, and why.</param>
    /// <param name="quantize">How to quantize.</param>
    /// <param name="cancellationToken">Ends the runs.</param>
    /// <exception cref="OnnxFormatException">No layer can be quantized within a limit that was asked for.</exception>
    public static HeldQuantization Hold(
        OnnxModel model,
        LossLimit? limit,
        Dataset? data,
        IReadOnlyDictionary<string, string> left,
        Quantizer quantize,
        CancellationToken cancellationToken)
    {
        var always = left.Keys.ToHashSet(StringComparer.Ordinal);
        var all = quantize.Apply(always, None);
        if (limit is null)
        {
            return Explained(all, left);
        }

        var began = TimeProvider.System.GetTimestamp();
        var original = model.ToByteArray();
        var loss = new LossMeter(original, data, limit, cancellationToken);
        var whole = loss.Of(all.Model);
        if (whole <= limit.Most)
        {
            return Explained(all, left);
        }

        var layers = all.Report.Layers.Select(layer => layer.Node).Distinct(StringComparer.Ordinal).ToList();
        var harm = Harm(FidelityMeter.Of(original, data, RankingExamples, cancellationToken), layers, always, quantize, () => IsLate(GuardTime / 2));
        layers = [.. layers.OrderByDescending(layer => harm.GetValueOrDefault(layer))];
        if (quantize.TakesWeightsAlone && !IsLate(GuardTime) && Tried(layers.Count, WeightsAlone) is { Lost: var least } alone && least <= limit.Most)
        {
            var (fewer, spared) = Fewest(WeightsAlone);
            var held = fewer ?? alone;
            return Explained(held.Quantized, Reasons(spared)) with { Note = Note(held, spared, "compute in float") };
        }

        var (found, kept) = Fewest(InFloat);
        if (found is not null)
        {
            return Explained(found.Quantized, Reasons(kept)) with { Note = Note(found, kept, "stay in float") };
        }

        return limit.IsGiven
            ? throw new OnnxFormatException(FormattableString.Invariant(
                $"The model loses {whole:0.0000} when quantized, more than the {limit.Most} allowed, and no layer can be quantized within it; raise maxAccuracyLoss."))
            : Explained(all, left) with
            {
                Note = FormattableString.Invariant(
                    $"The outputs keep a cosine of {1 - whole:0.0000} to the original's, and no choice of layers found in {GuardTime.TotalMinutes} minutes came to {1 - limit.Most}. maxAccuracyLoss sets a limit that is searched for to the end."),
            };

        HeldQuantization WeightsAlone(IEnumerable<string> some) => quantize.Apply(always, some.ToHashSet(StringComparer.Ordinal));

        HeldQuantization InFloat(IEnumerable<string> some) => quantize.Apply(some.Concat(always).ToHashSet(StringComparer.Ordinal), None);

        Candidate Tried(int count, Func<IEnumerable<string>, HeldQuantization> spare)
        {
            var quantized = spare(layers.Take(count));
            return new Candidate(quantized, loss.Of(quantized.Model));
        }

        // The last layer is not spared too: then nothing would be quantized.
        (Candidate? Best, int Spared) Fewest(Func<IEnumerable<string>, HeldQuantization> spare)
        {
            Candidate? best = null;
            var (holds, breaks) = (layers.Count, 0);
            while (holds - breaks > 1 && !IsLate(GuardTime))
            {
                var middle = breaks + ((holds - breaks) / 2);
                if (Tried(middle, spare) is var candidate && candidate.Lost <= limit.Most)
                {
                    (holds, best) = (middle, candidate);
                }
                else
                {
                    breaks = middle;
                }
            }

            return (best, holds);
        }

        Dictionary<string, string> Reasons(int spared) =>
            left.Concat(layers.Take(spared).Select(layer => KeyValuePair.Create(layer, Reason(layer)))).ToDictionary(StringComparer.Ordinal);

        bool IsLate(TimeSpan most) => !limit.IsGiven && TimeProvider.System.GetElapsedTime(began) > most;

        string? Note(Candidate held, int spared, string how) => limit.IsGiven ? null : FormattableString.Invariant(
            $"{spared} of {layers.Count} layers {how}, the most sensitive, so that the outputs keep a cosine of {1 - held.Lost:0.0000} to the original's; with all in 8 bits it would be {1 - whole:0.0000}. maxAccuracyLoss sets another limit, 1 none.");

        string Reason(string layer) => harm.TryGetValue(layer, out var alone)
            ? FormattableString.Invariant($"It loses too much: quantized alone it changes the outputs by {alone:0.0000} of their size, and the limit is {limit.Most} in all.")
            : FormattableString.Invariant($"What it loses was not measured in time, and the limit is {limit.Most} in all.");
    }

    private static Dictionary<string, double> Harm(
        FidelityMeter meter, List<string> layers, HashSet<string> always, Quantizer quantize, Func<bool> isLate) =>
        layers.TakeWhile(_ => !isLate()).ToDictionary(
            layer => layer,
            layer => Distance(meter.Measure(quantize.Apply(layers.Where(other => other != layer).Concat(always).ToHashSet(StringComparer.Ordinal), None).Model.ToByteArray())),
            StringComparer.Ordinal);

    /// <summary>The sine of the angle between the outputs: their relative error, and finer than decisions that did not change.</summary>
    private static double Distance(Fidelity fidelity) => Math.Sqrt(Math.Max(0, 1 - (fidelity.Cosine * fidelity.Cosine)));

    private static HeldQuantization Explained(HeldQuantization quantized, IReadOnlyDictionary<string, string> reasons) => quantized with
    {
        Report = quantized.Report with
        {
            Skipped = [.. quantized.Report.Skipped.Select(skipped => reasons.TryGetValue(skipped.Node, out var reason) ? skipped with { Reason = reason } : skipped)],
        },
    };

    private sealed record Candidate(HeldQuantization Quantized, double Lost);

    /// <summary>Accuracy on held-out examples with labels; elsewhere the lesser of agreement with the original and cosine.</summary>
    private sealed class LossMeter
    {
        private readonly Dataset? data;
        private readonly FidelityMeter? fidelity;
        private readonly LossLimit limit;
        private readonly double before;
        private readonly CancellationToken stop;

        public LossMeter(byte[] original, Dataset? data, LossLimit limit, CancellationToken stop)
        {
            (this.limit, this.stop) = (limit, stop);
            this.data = limit.IsGiven && data is { Task: LearningTask.Classification } ? data : null;
            fidelity = this.data is null ? FidelityMeter.Of(original, data, limit.IsGiven ? GeneratedExamples : Affordable(original, data, stop), stop) : null;
            before = this.data is null ? 1 : Accuracy(original);
        }

        public double Of(OnnxModel model) => before - (fidelity is null ? Accuracy(model.ToByteArray()) : Likeness(fidelity.Measure(model.ToByteArray())));

        /// <summary>As many examples as the result will be held to, where their runs are that quick.</summary>
        private static int Affordable(byte[] original, Dataset? data, CancellationToken stop)
        {
            var began = TimeProvider.System.GetTimestamp();
            FidelityMeter.Of(original, data, RankingExamples, stop);
            return (int)Math.Clamp(RankingExamples * (CandidateTime / TimeProvider.System.GetElapsedTime(began)), FewestExamples, FidelityMeter.GeneratedCount);
        }

        /// <summary>Most decisions of a map are its empty ground: where it is wrong shows in the cosine alone.</summary>
        private double Likeness(Fidelity measured) => limit.IsGiven ? Math.Min(measured.Agreement, measured.Cosine) : measured.Cosine;

        private double Accuracy(byte[] model)
        {
            using var session = new ModelSession(model, stop);
            var evaluation = Evaluation.HeldOut(session, data!);
            return evaluation.Judge(session, Batches.Largest(session, evaluation.Examples));
        }
    }
}
