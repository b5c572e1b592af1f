namespace GreenOps.Onnx;

/// <summary>
/// Collects a range that leaves the rarest values out at both ends, so that a few outliers do not cost all others their
/// resolution. A histogram of fixed size around zero, whose bins double in width when a larger value comes: memory does
/// not grow with the data, and the order of observations matters only by rounding.
/// </summary>
public sealed class PercentileRange
{
    private const int HalfBins = 4096;
    private readonly double _tail;
    private readonly long[] _bins = new long[2 * HalfBins];
    private long _count;
    private double _limit;

    /// <summary>An empty histogram.</summary>
    /// <param name="percentile">The share kept at each end, in percent, above 50 up to 100: 99.99 cuts one value in 10,000 off each.</param>
    /// <exception cref="ArgumentOutOfRangeException">The percentile is not above 50 and at most 100.</exception>
    public PercentileRange(double percentile = 99.99)
    {
        if (percentile is not (> 50 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percentile), percentile, "A percentile above 50 and at most 100 is kept at each end.");
        _tail = 1 - (percentile / 100);
    }

    private double Width => _limit / HalfBins;

    /// <summary>Adds values to the histogram.</summary>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public void Observe(ReadOnlySpan<float> values)
    {
        var seen = TensorRange.Empty.Observe(values);
        if (seen.IsEmpty)
            return;
        Reach(Math.Max(Math.Abs((double)seen.Min), Math.Abs((double)seen.Max)));
        foreach (var value in values)
            _bins[Math.Clamp((int)Math.Floor(value / Width) + HalfBins, 0, _bins.Length - 1)]++;
        _count += values.Length;
    }

    /// <summary>The range as seen so far, to within one bin: 1/4096 of the greatest absolute value, rounded up to a power of two.</summary>
    public TensorRange ToRange()
    {
        if (_count == 0)
            return TensorRange.Empty;
        var cut = (long)(_tail * _count);
        var (low, high) = (0, _bins.Length - 1);
        for (var passed = _bins[low]; passed <= cut; passed += _bins[low])
            low++;
        for (var passed = _bins[high]; passed <= cut; passed += _bins[high])
            high--;
        return new((float)((low - HalfBins) * Width), (float)((high + 1 - HalfBins) * Width));
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
