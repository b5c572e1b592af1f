using GreenOps.Artifacts;
using GreenOps.Contract;
using TorchSharp.Modules;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Fine-grained structured pruning (Mishra et al., "Accelerating Sparse Deep Neural Networks", 2021): two of every four
/// neighbouring weights along the input dimension are set to zero, the smallest or random ones: the pattern that sparse
/// tensor cores compute with. What is left over of an input dimension that four does not divide stays as it is.
/// </summary>
public static class TwoOfFourPruning
{
    private const int Group = 4;
    private const int Removed = 2;

    /// <summary>Prunes in place.</summary>
    /// <param name="weights">Tensors [outputs, inputs, ...].</param>
    /// <param name="criterion">How the two are chosen.</param>
    /// <param name="seed">Seed of a random choice.</param>
    /// <returns>What stays.</returns>
    public static WeightMasks Apply(IReadOnlyList<Parameter> weights, PruneCriterion criterion, long seed)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var kept = WeightMasks.FromArrays(weights, [.. weights.Select((weight, layer) => Keep(weight, criterion, SplitMix64.Stream(seed, "prune two of four", layer)))]);
        kept.Apply();
        return kept;
    }

    private static float[] Keep(Parameter weight, PruneCriterion criterion, SplitMix64 random)
    {
        var values = weight.data<float>().ToArray();
        var keep = new float[values.Length];
        Array.Fill(keep, 1f);
        var inputs = (int)weight.shape[1];
        // Elements between two neighbours along the input dimension: the pixels of a kernel, or one.
        var stride = values.Length / (int)weight.shape[0] / inputs;
        Span<int> group = stackalloc int[Group];
        for (var start = 0; start < values.Length; start += inputs * stride)
        {
            for (var first = start; first < start + (inputs / Group * Group * stride); first += Group * stride)
            {
                for (var pixel = first; pixel < first + stride; pixel++)
                {
                    for (var i = 0; i < Group; i++)
                    {
                        group[i] = pixel + (i * stride);
                    }

                    Choose(group, values, criterion, ref random);
                    foreach (var index in group[..Removed])
                    {
                        keep[index] = 0;
                    }
                }
            }
        }

        return keep;
    }

    /// <summary>Puts those that go first.</summary>
    private static void Choose(Span<int> group, float[] values, PruneCriterion criterion, ref SplitMix64 random)
    {
        if (criterion == PruneCriterion.Random)
        {
            random.Shuffle(group);
        }
        else
        {
            group.Sort((left, right) => (Math.Abs(values[left]), left).CompareTo((Math.Abs(values[right]), right)));
        }
    }
}
