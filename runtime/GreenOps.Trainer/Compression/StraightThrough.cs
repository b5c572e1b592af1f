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
    /// <summary>Computes something with the rounded weights; afterwards the weights are what they were, to the bit.</summary>
    public T With<T>(Func<T> pass)
    {
        var unrounded = weights.Select(weight => weight.detach().clone()).ToList();
        try
        {
            Round();
            return pass();
        }
        finally
        {
            using var without = no_grad();
            foreach (var (weight, value) in weights.Zip(unrounded))
            {
                weight.copy_(value);
                value.Dispose();
            }
        }
    }

    /// <summary>Rounds for good.</summary>
    public void Round()
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        foreach (var weight in weights)
        {
            weight.copy_(round(weight));
        }
    }
}
