using GreenOps.Artifacts;
using GreenOps.Contract;
using TorchSharp.Modules;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Unstructured pruning: the given share of the weights is set to zero, smallest magnitude first (Han, Pool, Tran and
/// Dally, 2015) or at random. Over the whole network a small layer, whose every weight counts, loses few, and a large one,
/// which has many to spare, loses most; by layer all become equally sparse.
/// </summary>
public static class ElementPruning
{
    /// <summary>Prunes in place.</summary>
    /// <param name="weights">The tensors to prune.</param>
    /// <param name="spec">How the weights to remove are chosen.</param>
    /// <param name="sparsity">Share that is gone afterwards, what was zero before included.</param>
    /// <param name="seed">Seed of a random choice: a higher sparsity removes the same weights and more.</param>
    /// <returns>What stays.</returns>
    public static WeightMasks Apply(IReadOnlyList<Parameter> weights, PruneSpec spec, double sparsity, long seed)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(spec);
        var values = weights.Select(weight => weight.data<float>().ToArray()).ToList();
        var masks = spec.Scope == PruneScope.Layer
            ? [.. values.Select((layer, index) => Keep(layer, spec.Criterion, sparsity, seed, index))]
            : Split(Keep([.. values.SelectMany(layer => layer)], spec.Criterion, sparsity, seed, 0), values);
        var kept = WeightMasks.FromArrays(weights, masks);
        kept.Apply();
        return kept;
    }

    /// <summary>1 where a weight stays and 0 where it goes.</summary>
    private static float[] Keep(float[] values, PruneCriterion criterion, double sparsity, long seed, int layer)
    {
        var keep = new float[values.Length];
        Array.Fill(keep, 1f);
        foreach (var index in Order(values, criterion, seed, layer).Take((int)Math.Round(values.Length * sparsity)))
        {
            keep[index] = 0;
        }

        return keep;
    }

    /// <summary>Indices in the order of removal; equal magnitudes by position, so that the choice is the same every time.</summary>
    private static IEnumerable<int> Order(float[] values, PruneCriterion criterion, long seed, int layer)
    {
        var indices = Enumerable.Range(0, values.Length).ToArray();
        if (criterion == PruneCriterion.Random)
        {
            SplitMix64.Stream(seed, "prune elements", layer).Shuffle(indices.AsSpan());
            return indices;
        }

        return indices.OrderBy(index => Math.Abs(values[index])).ThenBy(index => index);
    }

    private static List<float[]> Split(float[] all, List<float[]> like)
    {
        List<float[]> parts = [];
        var start = 0;
        foreach (var part in like)
        {
            parts.Add(all[start..(start + part.Length)]);
            start += part.Length;
        }

        return parts;
    }
}
