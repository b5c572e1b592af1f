namespace GreenOps.Onnx;

/// <summary>real = scale × (quantized - zero point).</summary>
internal readonly record struct AffineParameters(float Scale, int ZeroPoint);

/// <summary>Weights as integers with one scale a channel, or a single one; the zero point is 0.</summary>
internal sealed record QuantizedWeights(sbyte[] Values, float[] Scales);

/// <summary>
/// The arithmetic of 8-bit quantization. Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient
/// Integer-Arithmetic-Only Inference", 2018; per-channel weights after Krishnamoorthi, 2018.
/// </summary>
internal static class AffineQuantizer
{
    /// <summary>A bias is kept below this, half of what 32 bits hold, so that adding it to the products cannot overflow.</summary>
    private const double LargestBias = 1 << 30;

    /// <summary>2^-126: below it a float32 loses bits, and many kernels flush it to zero.</summary>
    private const double SmallestNormal = 1.1754943508222875e-38;

    /// <summary>Scale and zero point that cover a range and represent zero exactly, as padding and Relu need it.</summary>
    public static AffineParameters ForActivation(TensorRange range, bool signed)
    {
        int lowest = signed ? sbyte.MinValue : byte.MinValue;
        var min = Math.Min(0d, range.Min);
        var max = Math.Max(0d, range.Max);
        var scale = (float)((max - min) / byte.MaxValue);
        return float.IsNormal(scale)
            ? new(scale, (int)Math.Clamp(Math.Round(lowest - (min / scale)), lowest, lowest + byte.MaxValue))
            : new(1, lowest);
    }

    /// <summary>Weights to integers, symmetric around zero.</summary>
    /// <param name="weights">Row-major elements.</param>
    /// <param name="channels">The length of the output channel axis.</param>
    /// <param name="stride">Elements between two neighbours on that axis.</param>
    /// <param name="perChannel">A scale for each channel, or one for all.</param>
    /// <param name="limit">The largest integer to use.</param>
    /// <param name="bias">One value a channel, or null: scales grow where the bias would not fit in 32 bits at them.</param>
    /// <param name="inputScale">The scale of the activations the weights meet.</param>
    public static QuantizedWeights Weights(float[] weights, int channels, int stride, bool perChannel, int limit, float[]? bias, float inputScale)
    {
        var largest = new double[channels];
        for (var i = 0; i < weights.Length; i++)
            largest[ChannelOf(i)] = Math.Max(largest[ChannelOf(i)], Math.Abs((double)weights[i]));
        var overall = largest.Max();

        var scales = new float[channels];
        for (var c = 0; c < channels; c++)
        {
            // A channel that was pruned away still has a bias, which takes its resolution from this scale.
            var range = perChannel && largest[c] > 0 ? largest[c] : overall > 0 ? overall : 1;
            var forBias = bias is null ? 0 : Math.Abs(bias[c]) / (inputScale * LargestBias);
            // The product with the input scale must be a normal number too.
            var smallest = Math.Max(SmallestNormal, SmallestNormal / inputScale);
            scales[c] = (float)Math.Max(range / limit, Math.Max(forBias, smallest));
        }

        if (!perChannel)
            scales = [scales.Max()];
        var values = new sbyte[weights.Length];
        for (var i = 0; i < weights.Length; i++)
            values[i] = (sbyte)Math.Clamp(Math.Round((double)weights[i] / scales[perChannel ? ChannelOf(i) : 0]), -limit, limit);
        return new(values, scales);

        int ChannelOf(int index) => index / stride % channels;
    }

    /// <summary>A bias in units of the products it is added to.</summary>
    public static int[] Bias(float[] bias, float[] scales) =>
        [.. bias.Select((b, c) => (int)Math.Clamp(Math.Round((double)b / scales[scales.Length == 1 ? 0 : c]), int.MinValue, int.MaxValue))];
}
