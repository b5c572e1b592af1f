namespace GreenOps.Onnx;

/// <summary>The least and the greatest value a tensor took. A value itself: observing gives a new one.</summary>
/// <param name="Min">The least value seen; positive infinity before the first.</param>
/// <param name="Max">The greatest value seen; negative infinity before the first.</param>
public sealed record TensorRange(float Min, float Max)
{
    /// <summary>The range before anything was seen.</summary>
    public static TensorRange Empty { get; } = new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>Whether nothing was seen yet.</summary>
    public bool IsEmpty => Min > Max;

    /// <summary>The range that covers this one and the values.</summary>
    /// <exception cref="ArgumentException">A value is not finite: the model overflows on its own calibration data.</exception>
    public TensorRange Observe(ReadOnlySpan<float> values)
    {
        var (min, max) = (Min, Max);
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                throw new ArgumentException($"Calibration met the value {value}: the model overflows on this sample, so no range can be given.", nameof(values));
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        return new(min, max);
    }

    /// <summary>The range that covers both.</summary>
    public TensorRange Union(TensorRange other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));
    }
}
