namespace GreenOps.Onnx;

/// <summary>
/// Collects a range that leaves the rarest values out at both ends, so that a few outliers do not cost all others their
/// resolution.
/// </summary>
public sealed class PercentileRange : IRangeEstimator
{
    private readonly ValueHistogram _histogram = new();
    private readonly double _tail;

    /// <summary>An empty histogram.</summary>
    /// <param name="percentile">The share kept at each end, in percent, above 50 up to 100: 99.99 cuts one value in 10,000 off each.</param>
    /// <exception cref="ArgumentOutOfRangeException">The percentile is not above 50 and at most 100.</exception>
    public PercentileRange(double percentile = 99.99)
    {
        if (percentile is not (> 50 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percentile), percentile, "A percentile above 50 and at most 100 is kept at each end.");
        _tail = 1 - (percentile / 100);
    }

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<float> values) => _histogram.Observe(values);

    /// <summary>The range as seen so far, to within one bin: 1/4096 of the greatest absolute value, rounded up to a power of two.</summary>
    public TensorRange ToRange()
    {
        if (_histogram.Count == 0)
            return TensorRange.Empty;
        var bins = _histogram.Bins;
        var cut = (long)(_tail * _histogram.Count);
        var (low, high) = (0, bins.Length - 1);
        for (var passed = bins[low]; passed <= cut; passed += bins[low])
            low++;
        for (var passed = bins[high]; passed <= cut; passed += bins[high])
            high--;
        return new((float)((low - ValueHistogram.HalfBins) * _histogram.Width), (float)((high + 1 - ValueHistogram.HalfBins) * _histogram.Width));
    }
}
