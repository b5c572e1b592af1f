using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Chooses the channels, units or heads that stay, layer by layer: those with the largest sums of magnitudes (Li, Kadav,
/// Durdanovic, Samet and Graf, 2017), or random ones; at least one of each layer.
/// </summary>
internal sealed class ChannelChoice
{
    private readonly PruneCriterion criterion;
    private readonly double sparsity;
    private readonly Dictionary<string, float[]> norms;
    private readonly Dictionary<string, long> before;
    private SplitMix64 random;

    /// <summary>Measures a network's weights.</summary>
    /// <param name="network">The network that is to become smaller.</param>
    /// <param name="whole">The network that the share counts from: the same, or what it was before earlier rounds.</param>
    /// <param name="criterion">Which ones go.</param>
    /// <param name="sparsity">Share that is gone afterwards.</param>
    /// <param name="seed">Seed of a random choice.</param>
    public ChannelChoice(Network network, Network whole, PruneCriterion criterion, double sparsity, long seed)
    {
        (this.criterion, this.sparsity) = (criterion, sparsity);
        using var without = no_grad();
        using var scope = NewDisposeScope();
        norms = network.Weights.ToDictionary(weight => weight.Name, weight => weight.Weight.flatten(1).abs().sum(1).data<float>().ToArray(), StringComparer.Ordinal);
        before = whole.Weights.ToDictionary(weight => weight.Name, weight => weight.Weight.shape[0], StringComparer.Ordinal);
        random = SplitMix64.Stream(seed, "prune channels");
    }

    /// <summary>Indices of the rows of a weight that stay, ascending.</summary>
    public long[] Keep(string weight) => Keep(norms[weight].Length, 1, weight);

    /// <summary>Indices of the units that stay, ascending, where each has several rows.</summary>
    /// <param name="units">How many there are.</param>
    /// <param name="block">Rows of a unit that lie side by side; what is behind the last unit begins again with the first.</param>
    /// <param name="weights">The weights that they have rows in.</param>
    public long[] Keep(int units, int block, params ReadOnlySpan<string> weights)
    {
        var whole = units * (before[weights[0]] / (double)norms[weights[0]].Length);
        // A share such as 0.29 of 100 is a hair below 29 in binary; it means 29.
        var keep = Math.Max(1, (int)whole - (int)Math.Floor(Math.Round(whole * sparsity, 6)));
        var indices = Enumerable.Range(0, units).Select(i => (long)i).ToArray();
        if (criterion == PruneCriterion.Random)
        {
            random.Shuffle(indices.AsSpan());
            return [.. indices.Take(keep).Order()];
        }

        var sums = new double[units];
        foreach (var weight in weights)
        {
            foreach (var (row, norm) in norms[weight].Index())
            {
                sums[row / block % units] += norm;
            }
        }

        return [.. indices.OrderByDescending(index => sums[index]).ThenBy(index => index).Take(keep).Order()];
    }
}
