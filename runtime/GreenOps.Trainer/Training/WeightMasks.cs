using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>Keeps removed weights at zero.</summary>
public static class WeightMasks
{
    /// <summary>Multiplies each weight with its mask, which is 1 where a weight stays and 0 where it is gone.</summary>
    public static void Apply(IReadOnlyList<(Parameter Weight, Tensor Mask)> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        using var without = no_grad();
        foreach (var (weight, mask) in masks)
        {
            // Adding zero turns the negative zeros of the product into the positive one, which compresses better.
            weight.mul_(mask).add_(0);
        }
    }
}
