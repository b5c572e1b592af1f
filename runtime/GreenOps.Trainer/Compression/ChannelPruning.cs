using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression;

/// <summary>
/// Structured pruning: whole output channels of every convolution, hidden units of every dense layer, attention heads and
/// hidden units of every layer of a transformer (Michel, Levy and Neubig, 2019), or units of every recurrent layer with all
/// their gates (Wen et al., "Learning Intrinsic Sparse Structures within Long Short-Term Memory", 2018) are removed, and the
/// layers that read them become as much smaller.
/// </summary>
public static class ChannelPruning
{
    /// <summary>The smaller network with the weights of what stays, and what it is built by.</summary>
    /// <param name="architecture">What the network is built by.</param>
    /// <param name="network">The network.</param>
    /// <param name="spec">How the channels to remove are chosen, and their share.</param>
    /// <param name="seed">Seed of a random choice.</param>
    /// <exception cref="StageException">The network has none that could go.</exception>
    public static (ArchitectureSpec Architecture, Network Network) Apply(ArchitectureSpec architecture, Network network, PruneSpec spec, long seed)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(spec);
        return Apply(architecture, network, new ChannelChoice(network, network, spec.Criterion, spec.Sparsity, seed));
    }

    /// <summary>The smaller network with the weights of what stays, and what it is built by.</summary>
    /// <exception cref="StageException">The network has none that could go.</exception>
    internal static (ArchitectureSpec Architecture, Network Network) Apply(ArchitectureSpec architecture, Network network, ChannelChoice choice)
    {
        using var without = no_grad();
        return (architecture, network) switch
        {
            ({ Cnn: { } cnn }, CnnNetwork whole) => OfConvolutions(cnn, whole, choice),
            ({ Mlp: { } mlp }, MlpNetwork whole) => OfPerceptron(mlp, whole, choice),
            ({ Transformer: { } transformer }, TransformerNetwork whole) => OfTransformer(transformer, whole, choice),
            ({ Rnn: { } rnn }, RnnNetwork whole) => RecurrentPruning.Apply(rnn, whole, choice),
            _ => throw new ArgumentException($"The architecture is not that of {network.GetType().Name}.", nameof(architecture)),
        };
    }

    /// <summary>A network of an architecture, with all parameters that are as large as in another.</summary>
    internal static Network Like(Network whole, ArchitectureSpec architecture)
    {
        var smaller = NetworkFactory.Create(architecture, whole.Shape);
        ChannelCut.CopyAlike(whole, smaller);
        return smaller;
    }

    /// <summary>Weights and biases of a dense layer.</summary>
    internal static (Tensor Weight, Tensor Bias) Parts(Linear layer) => (layer.weight!, layer.bias!);

    private static (ArchitectureSpec, Network) OfConvolutions(CnnSpec spec, CnnNetwork whole, ChannelChoice choice)
    {
        var kept = whole.Convolutions.Select((_, i) => choice.Keep($"conv{i + 1}.weight")).ToList();
        var hidden = whole.Hidden.Select((_, i) => choice.Keep($"hidden{i + 1}.weight")).ToList();
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

    private static (ArchitectureSpec, Network) OfPerceptron(MlpSpec spec, MlpNetwork whole, ChannelChoice choice)
    {
        if (whole.Layers.Count == 1)
        {
            throw StageException.BadInput(StageReasons.InvalidSpec, "prune.granularity is Channel, and the mlp has no hidden layer. Use granularity Element.");
        }

        var kept = whole.Layers.SkipLast(1).Select(layer => choice.Keep($"{layer.Name}.weight")).ToList();
        var architecture = new ArchitectureSpec { Mlp = spec with { HiddenSizes = [.. kept.Select(units => units.Length)] } };
        var smaller = (MlpNetwork)Like(whole, architecture);
        for (var i = 0; i < whole.Layers.Count; i++)
        {
            ChannelCut.Copy(Parts(whole.Layers[i].Layer), Parts(smaller.Layers[i].Layer), i < kept.Count ? kept[i] : null, i == 0 ? null : kept[i - 1]);
        }

        return (architecture, smaller);
    }

    private static (ArchitectureSpec, Network) OfTransformer(TransformerSpec spec, TransformerNetwork whole, ChannelChoice choice)
    {
        var size = TransformerNetwork.HeadSize(spec);
        var heads = whole.Layers.Select((_, i) => choice.Keep(spec.Heads, size, $"layer{i + 1}.attention.weight")).ToList();
        var units = whole.Layers.Select((_, i) => choice.Keep($"layer{i + 1}.expand.weight")).ToList();
        var architecture = new ArchitectureSpec
        {
            Transformer = spec with { Heads = heads[0].Length, HeadSize = size, FeedForwardSize = units[0].Length },
        };
        var smaller = (TransformerNetwork)Like(whole, architecture);
        for (var i = 0; i < units.Count; i++)
        {
            var numbers = Numbers(heads[i], size);
            // Queries, keys and values lie one after the other.
            long[] rows = [.. Enumerable.Range(0, 3).SelectMany(part => numbers.Select(number => ((long)part * spec.Heads * size) + number))];
            void Cut(string name, long[]? outputs, long[]? inputs) =>
                ChannelCut.Copy(Parts(Part(whole.Layers[i], name)), Parts(Part(smaller.Layers[i], name)), outputs, inputs);
            Cut("attention", rows, null);
            Cut("projection", null, numbers);
            Cut("expand", units[i], null);
            Cut("contract", null, units[i]);
        }

        return (architecture, smaller);
    }

    /// <summary>A dense layer reads each channel as a block of as many inputs as a feature map has pixels.</summary>
    private static long[] Flattened(long[] channels, CnnGeometry geometry, int blocks) =>
        Numbers(channels, geometry.HeightAfter(blocks) * geometry.WidthAfter(blocks));

    /// <summary>Where blocks of one size lie.</summary>
    private static long[] Numbers(long[] blocks, int size) =>
        [.. blocks.SelectMany(block => Enumerable.Range(0, size).Select(number => (block * size) + number))];

    private static Linear Part(TransformerLayer layer, string name) => layer.Layers.Single(part => part.Name == name).Layer;

    private static (Tensor, Tensor) Parts(Conv2d layer) => (layer.weight, layer.bias!);
}
