using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Compression;

public class StraightThroughTests
{
    [Fact]
    public void One_bit_a_weight_is_better_trained_than_rounded_afterwards()
    {
        using var network = Networks.Trained(4, 8);
        using var heldOut = new TensorData(Samples.Small.HeldOut);
        var rounding = new StraightThrough(Weights(network), WeightRounding.Signs);
        var afterwards = rounding.With(() => NetworkAccuracy.Of(network, heldOut));

        Networks.Train(network, 3, rounding: rounding);

        var trained = rounding.With(() => NetworkAccuracy.Of(network, heldOut));
        Assert.InRange(trained, Math.Max(afterwards + 0.02, 0.65), 1);
    }

    [Fact]
    public void Weights_are_what_they_were_after_a_pass_with_rounded_ones()
    {
        using var network = Networks.Trained(1, 8);
        var before = Networks.Values(network);
        var rounding = new StraightThrough(Weights(network), WeightRounding.Signs);

        var distinct = rounding.With(() => Weights(network)[0].data<float>().ToArray().Select(Math.Abs).Distinct().Count());

        Assert.Equal(8, distinct);
        Assert.Equal(before, Networks.Values(network));
    }

    [Theory]
    [InlineData(127)]
    [InlineData(64)]
    public void Integers_times_a_scale_are_no_further_than_half_a_scale(int limit)
    {
        var weight = tensor([0.5f, -1f, 0.249f, 0f, 0f, 0f], [2, 3]);

        var rounded = WeightRounding.Integers(weight, limit);

        Assert.Equal(-1f, rounded[0, 1].ToSingle());
        Assert.All((rounded - weight).data<float>().ToArray(), difference => Assert.InRange(Math.Abs(difference), 0, 0.5f / limit));
        Assert.All((rounded[0] * limit).data<float>().ToArray(), code => Assert.Equal(Math.Round(code), code, tolerance: 1e-4));
    }

    private static IReadOnlyList<TorchSharp.Modules.Parameter> Weights(Network network) => [.. network.Weights.Select(weight => weight.Weight)];
}
