using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Structured pruning: whole output channels of every convolution are removed, smallest L1 norm first (Li, Kadav,
/// Durdanovic, Samet and Graf, 2017) or at random, and the layer that reads them becomes as much smaller.
/// </summary>
public static class ChannelPruning
{
    /// <summary>The smaller network, with the weights of what stays.</summary>
    /// <exception cref="StageException">No channel of a layer would be left.</exception>
    public static CnnNetwork Apply(CnnNetwork module, PruneSpec spec, long seed)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(spec);
        using var without = no_grad();
        var random = SplitMix64.Stream(seed, "prune channels");
        var kept = module.Convolutions.Select((convolution, layer) => Keep(convolution, layer, spec, ref random)).ToList();
        var geometry = module.Geometry with { Filters = [.. kept.Select(channels => channels.Length)] };
        var smaller = new CnnNetwork(geometry, module.Shape);
        using var scope = NewDisposeScope();
        Tensor? inputs = null;
        for (var i = 0; i < kept.Count; i++)
        {
            var outputs = tensor(kept[i]);
            var (from, to) = (module.Convolutions[i], smaller.Convolutions[i]);
            var weight = from.weight.index_select(0, outputs);
            to.weight.copy_(inputs is null ? weight : weight.index_select(1, inputs));
            to.bias!.copy_(from.bias!.index_select(0, outputs));
            inputs = outputs;
        }

        CopyDense(module, smaller, inputs!);
        return smaller;
    }

    /// <summary>The dense layer reads each channel as a block of as many inputs as a feature map has pixels.</summary>
    private static void CopyDense(CnnNetwork from, CnnNetwork to, Tensor channels)
    {
        var pixels = from.Geometry.FinalHeight * from.Geometry.FinalWidth;
        var blocks = from.Dense.weight!.reshape(from.Geometry.Classes, from.Geometry.Filters[^1], pixels);
        to.Dense.weight!.copy_(blocks.index_select(1, channels).reshape(to.Geometry.Classes, to.Geometry.DenseInputs));
        to.Dense.bias!.copy_(from.Dense.bias!);
    }

    /// <summary>Indices of the channels that stay, ascending.</summary>
    private static long[] Keep(Conv2d convolution, int layer, PruneSpec spec, ref SplitMix64 random)
    {
        var channels = (int)convolution.weight.shape[0];
        // A share such as 0.29 of 100 is a hair below 29 in binary; it means 29.
        var keep = channels - (int)Math.Floor(Math.Round(channels * spec.Sparsity, 6));
        if (keep < 1)
        {
            throw StageException.BadInput(StageReasons.InvalidSpec, $"prune.sparsity {spec.Sparsity} leaves no channel of convolution {layer + 1}, which has {channels}; lower it.");
        }

        var indices = Enumerable.Range(0, channels).Select(i => (long)i).ToArray();
        if (spec.Criterion == PruneCriterion.Random)
        {
            random.Shuffle(indices.AsSpan());
            return [.. indices.Take(keep).Order()];
        }

        var norms = convolution.weight.abs().sum([1, 2, 3]).data<float>().ToArray();
        return [.. indices.OrderByDescending(index => norms[index]).ThenBy(index => index).Take(keep).Order()];
    }
}
