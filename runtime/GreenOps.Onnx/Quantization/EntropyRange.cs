namespace GreenOps.Onnx;

/// <summary>
/// The range whose quantized distribution differs least from the one seen, by relative entropy. Values beyond it are cut off, and
/// what is gained is resolution for all others. Source: Migacz, "8-bit Inference with TensorRT", 2017.
/// </summary>
public sealed class EntropyRange : IRangeEstimator
{
    private const int Step = 32;
    private readonly ValueHistogram _histogram = new();

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<float> values) => _histogram.Observe(values);

    /// <inheritdoc/>
    public TensorRange ToRange()
    {
        if (_histogram.Count == 0)
            return TensorRange.Empty;
        var seen = _histogram.Seen;
        // All 256 levels lie on one side of zero where the values do, as they do after a Relu.
        var levels = seen.Min >= 0 || seen.Max <= 0 ? 256 : 128;
        var threshold = Threshold(Magnitudes(), levels) * _histogram.Width;
        return new((float)Math.Max(seen.Min, -threshold), (float)Math.Min(seen.Max, threshold));
    }

    /// <summary>The histogram of absolute values. Exact zeros are left out: quantization keeps them whatever the range.</summary>
    private double[] Magnitudes()
    {
        var bins = _histogram.Bins;
        var magnitudes = new double[ValueHistogram.HalfBins];
        for (var i = 0; i < magnitudes.Length; i++)
            magnitudes[i] = bins[ValueHistogram.HalfBins + i] + bins[ValueHistogram.HalfBins - 1 - i];
        magnitudes[0] = magnitudes[1];
        return magnitudes;
    }

    /// <summary>How many bins from zero to keep.</summary>
    private static int Threshold(double[] bins, int levels)
    {
        var last = Array.FindLastIndex(bins, count => count > 0) + 1;
        if (last <= levels)
            return Math.Max(1, last);
        var outside = bins.Sum();
        var inside = 0d;
        var (best, least) = (last, double.PositiveInfinity);
        var from = 0;
        for (var kept = levels; ; kept = Math.Min(kept + Step, last))
        {
            for (; from < kept; from++)
                inside += bins[from];
            var divergence = Divergence(bins.AsSpan(0, kept), outside - inside, levels);
            if (divergence < least)
                (best, least) = (kept, divergence);
            if (kept == last)
                return best;
        }
    }

    /// <summary>Relative entropy of the kept bins, with what is cut off in the last of them, to the same quantized.</summary>
    private static double Divergence(ReadOnlySpan<double> kept, double cut, int levels)
    {
        var total = cut;
        foreach (var count in kept)
            total += count;
        var quantizedTotal = total - cut;
        if (quantizedTotal <= 0)
            return double.PositiveInfinity;
        var divergence = 0d;
        for (var level = 0; level < levels; level++)
        {
            var (begin, end) = ((int)((long)level * kept.Length / levels), (int)((long)(level + 1) * kept.Length / levels));
            var (sum, filled) = (0d, 0);
            foreach (var count in kept[begin..end])
            {
                sum += count;
                filled += count > 0 ? 1 : 0;
            }

            for (var i = begin; i < end; i++)
            {
                var reference = (kept[i] + (i == kept.Length - 1 ? cut : 0)) / total;
                if (reference <= 0)
                    continue;
                // What lies only in the cut has no counterpart; the smallest weight stands for it.
                var quantized = kept[i] > 0 ? sum / filled / quantizedTotal : 1e-9;
                divergence += reference * Math.Log(reference / quantized);
            }
        }

        return divergence;
    }
}
