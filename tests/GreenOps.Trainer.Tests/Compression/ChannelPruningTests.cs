using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Stages;
using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Compression;

public class ChannelPruningTests
{
    public static TheoryData<string> Architectures => ["cnn", "hidden", "branched", "mlp", "transformer"];

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
    public void An_rnn_is_refused_with_a_sentence()
    {
        var architecture = new ArchitectureSpec { Rnn = new RnnSpec { Cell = RnnCell.Gru, HiddenSize = 4, Layers = 1, Bidirectional = false } };
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
            TransformerNetwork transformer => [.. transformer.Layers.Select(layer => Parts(layer.Layers.Single(part => part.Name == "expand").Layer))],
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
