using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Structured pruning: whole output channels of every convolution, hidden units of every dense layer, or hidden units between
/// the attentions of a transformer are removed, smallest L1 norm first (Li, Kadav, Durdanovic, Samet and Graf, 2017) or at
/// random, and the layers that read them become as much smaller.
/// </summary>
public static class ChannelPruning
{
    /// <summary>The smaller network with the weights of what stays, and what it is built by.</summary>
    /// <exception cref="StageException">No channel of a layer would be left, or the network has none that could go.</exception>
    public static (ArchitectureSpec Architecture, Network Network) Apply(ArchitectureSpec architecture, Network network, PruneSpec spec, long seed)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(spec);
        using var without = no_grad();
        var choice = new ChannelChoice(spec, seed);
        return (architecture, network) switch
        {
            ({ Cnn: { } cnn }, CnnNetwork whole) => OfConvolutions(cnn, whole, choice),
            _ => throw StageException.BadInput(
                StageReasons.InvalidSpec,
                "prune.granularity is Channel, and the units of an rnn are its state, each of which every gate reads. Use granularity Element, or train with a smaller hiddenSize."),
        };
    }

    private static (ArchitectureSpec, Network) OfConvolutions(CnnSpec spec, CnnNetwork whole, ChannelChoice choice)
    {
        var kept = whole.Convolutions.Select((convolution, i) => choice.Keep(convolution.weight, $"convolution {i + 1}")).ToList();
        var architecture = new ArchitectureSpec { Cnn = spec with { Filters = [.. kept.Select(channels => channels.Length)] } };
        var smaller = (CnnNetwork)Like(whole, architecture);
        for (var i = 0; i < kept.Count; i++)
        {
            ChannelCut.Copy(Parts(whole.Convolutions[i]), Parts(smaller.Convolutions[i]), kept[i], i == 0 ? null : kept[i - 1]);
        }

        ChannelCut.Copy(Parts(whole.Dense), Parts(smaller.Dense), null, Flattened(kept[^1], whole.Geometry, kept.Count));
        return (architecture, smaller);
    }

    private static Network Like(Network whole, ArchitectureSpec architecture)
    {
        var smaller = NetworkFactory.Create(architecture, whole.Shape);
        ChannelCut.CopyAlike(whole, smaller);
        return smaller;
    }

    /// <summary>A dense layer reads each channel as a block of as many inputs as a feature map has pixels.</summary>
    private static long[] Flattened(long[] channels, CnnGeometry geometry, int blocks)
    {
        var pixels = geometry.HeightAfter(blocks) * geometry.WidthAfter(blocks);
        return [.. channels.SelectMany(channel => Enumerable.Range(0, pixels).Select(pixel => (channel * pixels) + pixel))];
    }

    private static (Tensor, Tensor) Parts(Conv2d layer) => (layer.weight, layer.bias!);

    private static (Tensor, Tensor) Parts(Linear layer) => (layer.weight!, layer.bias!);
}
