namespace GreenOps.Onnx;

/// <summary>
/// A histogram of fixed size around zero, whose bins double in width when a larger value comes: memory does not grow with the
/// data, and the order of observations matters only by rounding.
/// </summary>
internal sealed class ValueHistogram
{
    public const int HalfBins = 4096;

    private readonly long[] _bins = new long[2 * HalfBins];
    private double _limit;

    /// <summary>How many values were seen.</summary>
    public long Count { get; private set; }

    /// <summary>The width of a bin; bin <see cref="HalfBins"/> begins at zero.</summary>
    public double Width => _limit / HalfBins;

    /// <summary>Values in each bin.</summary>
    public ReadOnlySpan<long> Bins => _bins;

    /// <summary>The least and the greatest value seen.</summary>
    public TensorRange Seen { get; private set; } = TensorRange.Empty;

    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public void Observe(ReadOnlySpan<float> values)
    {
        var seen = TensorRange.Empty.Observe(values);
        if (seen.IsEmpty)
            return;
        Seen = Seen.Union(seen);
        Reach(Math.Max(Math.Abs((double)seen.Min), Math.Abs((double)seen.Max)));
        foreach (var value in values)
            _bins[Math.Clamp((int)Math.Floor(value / Width) + HalfBins, 0, _bins.Length - 1)]++;
        Count += values.Length;
    }

    private void Reach(double magnitude)
    {
        // Powers of two: two bins then always merge into exactly one.
        var needed = magnitude == 0 ? 0 : Math.ScaleB(1, Math.ILogB(magnitude) + 1);
        if (_limit == 0)
            _limit = needed == 0 ? Math.ScaleB(1, -100) : needed;
        for (; _limit < needed; _limit *= 2)
            MergePairs();
    }

    private void MergePairs()
    {
        var merged = new long[_bins.Length];
        for (var i = 0; i < _bins.Length; i++)
            merged[(HalfBins / 2) + (i / 2)] += _bins[i];
        merged.CopyTo(_bins, 0);
    }
}
