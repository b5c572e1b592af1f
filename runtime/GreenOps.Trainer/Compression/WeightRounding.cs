using GreenOps.Contract;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>Weights as they will be after a quantization, still as floating-point numbers. Each output channel has a scale of its own.</summary>
internal static class WeightRounding
{
    private const int EightBits = 127;
    private const int SevenBits = 64;

    /// <summary>What a quantization will make of weights.</summary>
    /// <param name="precision">Int8 or Binary.</param>
    /// <param name="reduceRange">Whether 8-bit weights are limited to 7 bits.</param>
    public static Func<Tensor, Tensor> For(QuantizePrecision precision, bool reduceRange) => precision switch
    {
        QuantizePrecision.Int8 => weight => Integers(weight, reduceRange ? SevenBits : EightBits),
        QuantizePrecision.Binary => Signs,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Only Int8 and Binary weights are trained rounded."),
    };

    /// <summary>Symmetric integers up to a limit times a scale (Krishnamoorthi, 2018), as the static quantization of the ONNX file makes them.</summary>
    /// <param name="weight">[outputs, ...].</param>
    /// <param name="limit">The largest integer: 127, or 63 where 8-bit kernels saturate.</param>
    public static Tensor Integers(Tensor weight, int limit)
    {
        var rows = weight.flatten(1);
        var scales = rows.abs().amax([1], keepdim: true).div(limit).clamp(min: float.Epsilon);
        return rows.div(scales).round().clamp(-limit, limit).mul(scales).reshape(weight.shape);
    }

    /// <summary>
    /// The sign times the mean magnitude of the channel, which among all scales differs least from the weights (XNOR-Net;
    /// Rastegari, Ordonez, Redmon and Farhadi, 2016). Zero counts as positive.
    /// </summary>
    /// <param name="weight">[outputs, ...].</param>
    public static Tensor Signs(Tensor weight)
    {
        var rows = weight.flatten(1);
        var scales = rows.abs().mean([1], keepdim: true);
        return where(rows.ge(0), scales, scales.neg()).reshape(weight.shape);
    }
}
