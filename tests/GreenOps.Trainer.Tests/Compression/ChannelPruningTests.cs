using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Compression;

public class ChannelPruningTests
{
    public static TheoryData<string> Architectures => ["cnn", "hidden", "branched", "mlp", "transformer", "lstm", "deep gru"];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_network_without_its_silent_half_computes_the_same(string name)
    {
        var architecture = Architecture(name);
        manual_seed(3);
        using var whole = NetworkFactory.Create(architecture, Samples.Small);
        SilenceHalf(whole);

        var (slim, network) = ChannelPruning.Apply(architecture, whole, Specs.Prune(PruneGranularity.Channel, 0.5).Prune!, seed: 1);

        using var smaller = network;
        Assert.Equal(Outputs(whole), Outputs(smaller), (expected, actual) => Math.Abs(expected - actual) < 1e-4f);
        Assert.True(Count(smaller) < 0.9 * Count(whole));
        // It is built again from its architecture alone, as a checkpoint does.
        using var rebuilt = NetworkFactory.Create(slim, smaller.Shape);
        Assert.Equal(smaller.parameters().Select(parameter => parameter.numel()), rebuilt.parameters().Select(parameter => parameter.numel()));
    }

    [Fact]
    public void Heads_go_as_a_whole_and_those_that_stay_are_as_large_as_before()
    {
        var architecture = Architecture("transformer");
        using var whole = NetworkFactory.Create(architecture, Samples.Small);

        var (slim, network) = ChannelPruning.Apply(architecture, whole, Specs.Prune(PruneGranularity.Channel, 0.75).Prune!, seed: 1);

        using var smaller = (TransformerNetwork)network;
        // Of two heads one stays, whatever the share.
        Assert.Equal(new TransformerSpec { ModelSize = 8, Heads = 1, HeadSize = 4, Layers = 2, FeedForwardSize = 8 }, slim.Transformer);
        Assert.Equal([12, 8], smaller.Layers[1].Layers[0].Layer.weight!.shape);
        Assert.Equal([8, 4], smaller.Layers[1].Layers[1].Layer.weight!.shape);
    }

    [Fact]
    public void A_network_without_a_hidden_layer_is_refused_with_a_sentence()
    {
        var architecture = Fixtures.Architectures.Of("linear");
        using var whole = NetworkFactory.Create(architecture, Samples.Small);

        var fault = Assert.Throws<StageException>(() => ChannelPruning.Apply(architecture, whole, Specs.Prune(PruneGranularity.Channel, 0.5).Prune!, seed: 1));

        Assert.Contains("Use granularity Element", fault.Message);
    }

    private static ArchitectureSpec Architecture(string name) => name switch
    {
        "cnn" => Networks.Architecture(4, 6, 8),
        "hidden" => new() { Cnn = Networks.Architecture(4, 6).Cnn! with { HiddenSizes = [12, 8] } },
        "branched" => new() { Cnn = Networks.Architecture(4, 6).Cnn! with { EarlyExit = new EarlyExitSpec(0.9) } },
        "mlp" => new() { Mlp = new MlpSpec([12, 8]) },
        "lstm" => new() { Rnn = new RnnSpec { Cell = RnnCell.Lstm, HiddenSize = 8, Layers = 1, Bidirectional = false } },
        "deep gru" => new() { Rnn = new RnnSpec { Cell = RnnCell.Gru, HiddenSize = 6, Layers = 2, Bidirectional = true } },
        _ => new() { Transformer = new TransformerSpec { ModelSize = 8, Heads = 2, Layers = 2, FeedForwardSize = 32 } },
    };

    /// <summary>Every other unit gives nothing, and so has the smallest norm.</summary>
    private static void SilenceHalf(Network network)
    {
        using var without = no_grad();
        (Tensor Weight, Tensor Bias)[] layers = network switch
        {
            CnnNetwork cnn => [.. cnn.Convolutions.Select(layer => ((Tensor)layer.weight, (Tensor)layer.bias!)), .. cnn.Hidden.Select(Parts)],
            MlpNetwork mlp => [.. mlp.Layers.SkipLast(1).Select(layer => Parts(layer.Layer))],
            TransformerNetwork transformer => [.. transformer.Layers.SelectMany(layer => Rows(layer, transformer.Spec))],
            RnnNetwork rnn => [.. Rows(rnn)],
            _ => throw new ArgumentException(network.GetType().Name, nameof(network)),
        };
        foreach (var (weight, bias) in layers)
        {
            for (var unit = 0; unit < bias.shape[0]; unit += 2)
            {
                weight[unit].zero_();
                bias[unit].zero_();
            }
        }
    }

    /// <summary>Hidden units row by row, and heads as blocks of rows in queries, keys and values.</summary>
    private static IEnumerable<(Tensor, Tensor)> Rows(TransformerLayer layer, TransformerSpec spec)
    {
        yield return Parts(layer.Layers.Single(part => part.Name == "expand").Layer);
        var (weight, bias) = Parts(layer.Layers.Single(part => part.Name == "attention").Layer);
        var blocks = 3L * spec.Heads;
        yield return (weight.view(blocks, -1, spec.ModelSize), bias.view(blocks, -1));
    }

    /// <summary>Every gate of every layer and direction; sizes are even, so that every other row is of every other unit.</summary>
    private static IEnumerable<(Tensor, Tensor)> Rows(RnnNetwork network) =>
        from layer in Enumerable.Range(0, network.Spec.Layers)
        from direction in network.Spec.Bidirectional ? (string[])["", "_reverse"] : [""]
        from source in (string[])["ih", "hh"]
        select ((Tensor)network.Parameter($"weight_{source}_l{layer}{direction}"), (Tensor)network.Parameter($"bias_{source}_l{layer}{direction}"));

    private static (Tensor, Tensor) Parts(Linear layer) => (layer.weight!, layer.bias!);

    private static float[] Outputs(Network network)
    {
        network.eval();
        using var without = no_grad();
        using var data = new TensorData(Samples.Small.HeldOut);
        return [.. network.AllOutputs(data.Batch([.. Enumerable.Range(0, 20).Select(i => (long)i)])).SelectMany(outputs => outputs.data<float>().ToArray())];
    }

    private static long Count(Network network) => network.parameters().Sum(parameter => parameter.numel());
}
