using GreenOps.Contract;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Unstructured pruning: the given share of the weights of every layer is set to zero, smallest magnitude first (Han,
/// Pool, Tran and Dally, 2015) or at random.
/// </summary>
public static class ElementPruning
{
    /// <summary>Prunes in place.</summary>
    /// <returns>Per weight tensor a mask of 1 where the weight stays and 0 where it is gone.</returns>
    public static IReadOnlyList<(Parameter Weight, Tensor Mask)> Apply(CnnModule module, PruneSpec spec, long seed)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(spec);
        using var without = no_grad();
        var random = new Random(unchecked((int)seed));
        List<(Parameter, Tensor)> masks = [];
        foreach (var weight in module.Weights)
        {
            var values = weight.data<float>().ToArray();
            var removed = (int)Math.Floor(values.Length * spec.Sparsity);
            var keep = new float[values.Length];
            Array.Fill(keep, 1f);
            foreach (var index in Order(values, spec.Criterion, random).Take(removed))
            {
                keep[index] = 0;
            }

            var mask = tensor(keep).reshape(weight.shape);
            weight.mul_(mask);
            masks.Add((weight, mask));
        }

        return masks;
    }

    /// <summary>Indices in the order of removal; equal magnitudes by position, so that the choice is the same every time.</summary>
    private static IEnumerable<int> Order(float[] values, PruneCriterion criterion, Random random)
    {
        var indices = Enumerable.Range(0, values.Length).ToArray();
        if (criterion == PruneCriterion.Random)
        {
            random.Shuffle(indices);
            return indices;
        }

        return indices.OrderBy(index => Math.Abs(values[index])).ThenBy(index => index);
    }
}
