using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace GreenOps.Onnx.Tests.Quantization;

public sealed class AffineQuantizerTests
{
    public sealed record WeightCase(float[] Weights, float[] Bias, int Channels, int Stride, bool PerChannel, int Limit, float InputScale);

    public static class Arbitraries
    {
        public static Arbitrary<WeightCase> WeightCases() => (
            from channels in Gen.Choose(1, 5)
            from stride in Gen.Choose(1, 6)
            from outer in Gen.Choose(1, 3)
            from weights in Numbers().ArrayOf(channels * stride * outer)
            from bias in Numbers().ArrayOf(channels)
            from perChannel in Gen.Elements(true, false)
            from limit in Gen.Elements(64, 127)
            from inputScale in Gen.Choose(-30, 10)
            select new WeightCase(weights, bias, channels, stride, perChannel, limit, MathF.ScaleB(1, inputScale))).ToArbitrary();

        public static Arbitrary<TensorRange> Ranges() => (
            from a in Numbers()
            from b in Numbers()
            select new TensorRange(Math.Min(a, b), Math.Max(a, b))).ToArbitrary();

        /// <summary>Zero, and either sign over many magnitudes.</summary>
        private static Gen<float> Numbers() => Gen.OneOf(
            Gen.Constant(0f),
            from mantissa in Gen.Choose(-1_000_000, 1_000_000)
            from exponent in Gen.Choose(-50, 10)
            select MathF.ScaleB(mantissa / 1_000_000f, exponent));
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 500)]
    public void A_weight_is_off_by_at_most_half_a_step(WeightCase c)
    {
        var quantized = AffineQuantizer.Weights(c.Weights, c.Channels, c.Stride, c.PerChannel, c.Limit, c.Bias, c.InputScale);

        for (var i = 0; i < c.Weights.Length; i++)
        {
            double scale = quantized.Scales[c.PerChannel ? i / c.Stride % c.Channels : 0];
            Assert.InRange(quantized.Values[i], -c.Limit, c.Limit);
            Assert.True(Math.Abs(c.Weights[i] - (scale * quantized.Values[i])) <= scale * 0.50001);
        }
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 500)]
    public void A_bias_fits_and_is_off_by_at_most_half_a_step(WeightCase c)
    {
        var scales = Array.ConvertAll(
            AffineQuantizer.Weights(c.Weights, c.Channels, c.Stride, c.PerChannel, c.Limit, c.Bias, c.InputScale).Scales, s => s * c.InputScale);
        var quantized = AffineQuantizer.Bias(c.Bias, scales);

        for (var i = 0; i < c.Bias.Length; i++)
        {
            double scale = scales[c.PerChannel ? i : 0];
            Assert.True(scale > 0);
            Assert.True(Math.Abs(c.Bias[i] - (scale * quantized[i])) <= scale * 0.50001);
        }
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 500)]
    public void Activations_in_range_are_off_by_at_most_a_step_and_zero_is_exact(TensorRange range, bool signed)
    {
        var (scale, zeroPoint) = AffineQuantizer.ForActivation(range, signed);
        var lowest = signed ? -128 : 0;

        Assert.InRange(zeroPoint, lowest, lowest + 255);
        foreach (var value in new[] { range.Min, range.Max, (range.Min + range.Max) / 2, 0 })
        {
            var quantized = Math.Clamp(Math.Round(value / (double)scale) + zeroPoint, lowest, lowest + 255);
            Assert.True(Math.Abs(value - (scale * (quantized - zeroPoint))) <= scale * 1.0001);
        }
    }

    [Fact]
    public void A_channel_without_weights_takes_the_resolution_of_the_others()
    {
        var quantized = AffineQuantizer.Weights([0, 0, 1, -2], 2, 2, perChannel: true, limit: 127, bias: [5, 5], inputScale: 0.01f);

        Assert.Equal(quantized.Scales[1], quantized.Scales[0]);
        Assert.Equal([0, 0, 64, -127], quantized.Values.Select(v => (int)v));
    }
}
