using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Training with rounded weights: a pass computes with the rounded ones and its gradients change the unrounded ones, as if
/// rounding were the identity (the straight-through estimator of Bengio, Léonard and Courville, 2013; for weights as in
/// BinaryConnect, Courbariaux, Bengio and David, 2015).
/// </summary>
/// <param name="weights">The weights that are rounded.</param>
/// <param name="round">What rounds a weight tensor [outputs, ...]: one of <see cref="WeightRounding"/>.</param>
internal sealed class StraightThrough(IReadOnlyList<Parameter> weights, Func<Tensor, Tensor> round)
{
    private readonly List<Tensor> unrounded = [];

    /// <summary>Rounds the weights until <see cref="Restore"/>.</summary>
    public void Round()
    {
        using var without = no_grad();
        foreach (var weight in weights)
        {
            using var scope = NewDisposeScope();
            unrounded.Add(weight.detach().clone().DetachFromDisposeScope());
            weight.copy_(round(weight));
        }
    }

    /// <summary>Makes the weights what they were, to the bit.</summary>
    public void Restore()
    {
        using var without = no_grad();
        foreach (var (weight, value) in weights.Zip(unrounded))
        {
            weight.copy_(value);
            value.Dispose();
        }

        unrounded.Clear();
    }

    /// <summary>What something comes to with the rounded weights.</summary>
    public T With<T>(Func<T> compute)
    {
        Round();
        try
        {
            return compute();
        }
        finally
        {
            Restore();
        }
    }
}
