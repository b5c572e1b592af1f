namespace GreenOps.Onnx;

/// <summary>The range from the least to the greatest value.</summary>
public sealed class MinMaxRange : IRangeEstimator
{
    private TensorRange _range = TensorRange.Empty;

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<float> values) => _range = _range.Observe(values);

    /// <inheritdoc/>
    public TensorRange ToRange() => _range;
}
