namespace GreenOps.Onnx;

/// <summary>Finds the range of a tensor from the values it takes on samples.</summary>
public interface IRangeEstimator
{
    /// <summary>Adds values.</summary>
    /// <exception cref="ArgumentException">A value is not finite: the model overflows on its own calibration data.</exception>
    void Observe(ReadOnlySpan<float> values);

    /// <summary>The range as seen so far; <see cref="TensorRange.Empty"/> before the first value.</summary>
    TensorRange ToRange();
}
