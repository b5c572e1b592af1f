using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>Weights that were removed, and are to stay so: per weight tensor 1 where a weight stays and 0 where it is gone.</summary>
/// <param name="masks">Tensors and their masks; the masks are this object's to dispose.</param>
public sealed class WeightMasks(IReadOnlyList<(Parameter Weight, Tensor Mask)> masks) : IDisposable
{
    /// <summary>Masks of nothing.</summary>
    public static WeightMasks None => new([]);

    /// <summary>Whether no weight is held.</summary>
    public bool IsEmpty => masks.Count == 0;

    /// <summary>Masks that hold the weights that are zero now; none where there is none.</summary>
    public static WeightMasks OfZeros(IEnumerable<Parameter> weights) =>
        new([.. weights.Select(weight => (weight, weight.detach().ne(0).to(ScalarType.Float32)))]);

    /// <summary>Masks as <see cref="ToArrays"/> gave them.</summary>
    public static WeightMasks FromArrays(IEnumerable<Parameter> weights, IReadOnlyList<float[]> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new([.. weights.Zip(values, (weight, mask) => (weight, tensor(mask).reshape(weight.shape)))]);
    }

    /// <summary>The masks' values, tensor by tensor.</summary>
    public IReadOnlyList<float[]> ToArrays() => [.. masks.Select(mask => mask.Mask.data<float>().ToArray())];

    /// <summary>Sets the weights that are gone to zero.</summary>
    public void Apply()
    {
        using var without = no_grad();
        foreach (var (weight, mask) in masks)
        {
            // Adding zero turns the negative zeros of the product into the positive one, which compresses better.
            weight.mul_(mask).add_(0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, mask) in masks)
        {
            mask.Dispose();
        }
    }
}
