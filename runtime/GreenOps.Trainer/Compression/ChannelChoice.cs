using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>Chooses the channels that stay, layer by layer.</summary>
/// <param name="spec">How many go and which.</param>
/// <param name="seed">Seed of a random choice.</param>
internal sealed class ChannelChoice(PruneSpec spec, long seed)
{
    private SplitMix64 random = SplitMix64.Stream(seed, "prune channels");

    /// <summary>Indices of the channels of a layer that stay, ascending.</summary>
    /// <param name="weight">[channels, ...].</param>
    /// <param name="layer">The layer, for people.</param>
    /// <exception cref="StageException">None would stay.</exception>
    public long[] Keep(Tensor weight, string layer)
    {
        var channels = (int)weight.shape[0];
        // A share such as 0.29 of 100 is a hair below 29 in binary; it means 29.
        var keep = channels - (int)Math.Floor(Math.Round(channels * spec.Sparsity, 6));
        if (keep < 1)
        {
            throw StageException.BadInput(StageReasons.InvalidSpec, $"prune.sparsity {spec.Sparsity} leaves no channel of {layer}, which has {channels}; lower it.");
        }

        var indices = Enumerable.Range(0, channels).Select(i => (long)i).ToArray();
        if (spec.Criterion == PruneCriterion.Random)
        {
            random.Shuffle(indices.AsSpan());
            return [.. indices.Take(keep).Order()];
        }

        using var scope = NewDisposeScope();
        var norms = weight.detach().flatten(1).abs().sum(1).data<float>().ToArray();
        return [.. indices.OrderByDescending(index => norms[index]).ThenBy(index => index).Take(keep).Order()];
    }
}
