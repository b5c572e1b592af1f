using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Unstructured pruning: the given share of the weights is set to zero, smallest magnitude first (Han, Pool, Tran and
/// Dally, 2015) or at random. Weights are chosen over the whole network: a small layer, whose every weight counts, then
/// loses few, and a large one, which has many to spare, loses most.
/// </summary>
public static class ElementPruning
{
    /// <summary>Prunes in place.</summary>
    /// <returns>Per weight tensor a mask of 1 where the weight stays and 0 where it is gone.</returns>
    public static IReadOnlyList<(Parameter Weight, Tensor Mask)> Apply(Network network, PruneSpec spec, long seed)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(spec);
        using var without = no_grad();
        var values = network.Weights.SelectMany(weight => weight.Weight.data<float>().ToArray()).ToArray();
        var keep = new float[values.Length];
        Array.Fill(keep, 1f);
        foreach (var index in Order(values, spec.Criterion, seed).Take((int)Math.Round(values.Length * spec.Sparsity)))
        {
            keep[index] = 0;
        }

        List<(Parameter, Tensor)> masks = [];
        var start = 0;
        foreach (var (_, weight) in network.Weights)
        {
            var count = (int)weight.numel();
            var mask = tensor(keep[start..(start + count)]).reshape(weight.shape);
            weight.mul_(mask).add_(0);
            masks.Add((weight, mask));
            start += count;
        }

        return masks;
    }

    /// <summary>Indices in the order of removal; equal magnitudes by position, so that the choice is the same every time.</summary>
    private static IEnumerable<int> Order(float[] values, PruneCriterion criterion, long seed)
    {
        var indices = Enumerable.Range(0, values.Length).ToArray();
        if (criterion == PruneCriterion.Random)
        {
            SplitMix64.Stream(seed, "prune elements").Shuffle(indices.AsSpan());
            return indices;
        }

        return indices.OrderBy(index => Math.Abs(values[index])).ThenBy(index => index);
    }
}
