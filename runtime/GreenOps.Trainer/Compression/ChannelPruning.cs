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
            ({ Mlp: not null }, MlpNetwork whole) => OfPerceptron(whole, choice),
            ({ Transformer: { } transformer }, TransformerNetwork whole) => OfTransformer(transformer, whole, choice),
            _ => throw StageException.BadInput(
                StageReasons.InvalidSpec,
                "prune.granularity is Channel, and the units of an rnn are its state, each of which every gate reads. Use granularity Element, or train with a smaller hiddenSize."),
        };
    }

    private static (ArchitectureSpec, Network) OfConvolutions(CnnSpec spec, CnnNetwork whole, ChannelChoice choice)
    {
        var kept = whole.Convolutions.Select((convolution, i) => choice.Keep(convolution.weight, $"convolution {i + 1}")).ToList();
        var hidden = whole.Hidden.Select((layer, i) => choice.Keep(layer.weight!, $"hidden layer {i + 1}")).ToList();
        var architecture = new ArchitectureSpec
        {
            Cnn = spec with { Filters = [.. kept.Select(channels => channels.Length)], HiddenSizes = hidden.Count == 0 ? null : [.. hidden.Select(units => units.Length)] },
        };
        var smaller = (CnnNetwork)Like(whole, architecture);
        for (var i = 0; i < kept.Count; i++)
        {
            ChannelCut.Copy(Parts(whole.Convolutions[i]), Parts(smaller.Convolutions[i]), kept[i], i == 0 ? null : kept[i - 1]);
        }

        for (var i = 0; i < whole.Exits.Count; i++)
        {
            ChannelCut.Copy(Parts(whole.Exits[i]), Parts(smaller.Exits[i]), null, Flattened(kept[i], whole.Geometry, i + 1));
        }

        var inputs = Flattened(kept[^1], whole.Geometry, kept.Count);
        for (var i = 0; i < hidden.Count; i++)
        {
            ChannelCut.Copy(Parts(whole.Hidden[i]), Parts(smaller.Hidden[i]), hidden[i], inputs);
            inputs = hidden[i];
        }

        ChannelCut.Copy(Parts(whole.Dense), Parts(smaller.Dense), null, inputs);
        return (architecture, smaller);
    }

    private static (ArchitectureSpec, Network) OfPerceptron(MlpNetwork whole, ChannelChoice choice)
    {
        if (whole.Layers.Count == 1)
        {
            throw StageException.BadInput(StageReasons.InvalidSpec, "prune.granularity is Channel, and the mlp has no hidden layer. Use granularity Element.");
        }

        var kept = whole.Layers.SkipLast(1).Select((layer, i) => choice.Keep(layer.Layer.weight!, $"hidden layer {i + 1}")).ToList();
        var architecture = new ArchitectureSpec { Mlp = new MlpSpec([.. kept.Select(units => units.Length)]) };
        var smaller = (MlpNetwork)Like(whole, architecture);
        for (var i = 0; i < whole.Layers.Count; i++)
        {
            ChannelCut.Copy(Parts(whole.Layers[i].Layer), Parts(smaller.Layers[i].Layer), i < kept.Count ? kept[i] : null, i == 0 ? null : kept[i - 1]);
        }

        return (architecture, smaller);
    }

    private static (ArchitectureSpec, Network) OfTransformer(TransformerSpec spec, TransformerNetwork whole, ChannelChoice choice)
    {
        var kept = whole.Layers.Select((layer, i) => choice.Keep(Part(layer, "expand").weight!, $"the feed-forward part of layer {i + 1}")).ToList();
        var architecture = new ArchitectureSpec { Transformer = spec with { FeedForwardSize = kept[0].Length } };
        var smaller = (TransformerNetwork)Like(whole, architecture);
        for (var i = 0; i < kept.Count; i++)
        {
            ChannelCut.Copy(Parts(Part(whole.Layers[i], "expand")), Parts(Part(smaller.Layers[i], "expand")), kept[i], null);
            ChannelCut.Copy(Parts(Part(whole.Layers[i], "contract")), Parts(Part(smaller.Layers[i], "contract")), null, kept[i]);
        }

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

    private static Linear Part(TransformerLayer layer, string name) => layer.Layers.Single(part => part.Name == name).Layer;

    private static (Tensor, Tensor) Parts(Conv2d layer) => (layer.weight, layer.bias!);

    private static (Tensor, Tensor) Parts(Linear layer) => (layer.weight!, layer.bias!);
}
