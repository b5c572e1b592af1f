using GreenOps.Contract;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;

namespace GreenOps.Trainer.Compression;

/// <summary>The network that a compression works on.</summary>
/// <param name="Architecture">What it is built by; pruning channels changes it.</param>
/// <param name="Network">The network.</param>
/// <param name="Masks">Its weights that are held at zero.</param>
internal sealed record Subject(ArchitectureSpec Architecture, Network Network, WeightMasks Masks) : IDisposable
{
    /// <summary>What the network was built by before the step in hand, in whose rounds channels go; null where nothing was removed in it.</summary>
    public ArchitectureSpec? Before { get; init; }

    /// <summary>The weights that are pruned and rounded.</summary>
    public IReadOnlyList<Parameter> Weights => [.. Network.Weights.Select(weight => weight.Weight)];

    /// <inheritdoc/>
    public void Dispose()
    {
        Masks.Dispose();
        Network.Dispose();
    }
}
