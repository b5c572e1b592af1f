using GreenOps.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Training;

public class DropoutTests
{
    public static TheoryData<string> Architectures => ["dropping cnn", "dropping mlp", "dropping transformer"];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_network_that_drops_numbers_learns_its_few_examples_less_by_heart(string name)
    {
        var architecture = Fixtures.Architectures.Of(name);
        using var dropping = Trained(architecture, epochs: 12);
        using var whole = Trained(Without(architecture), epochs: 12);

        Assert.True(Loss(dropping) > 1.2 * Loss(whole), $"{Loss(dropping)} with and {Loss(whole)} without.");
        // What it learned is no less of use than a guess.
        Assert.InRange(Accuracy(dropping), 0.4, 1);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Nothing_is_dropped_outside_of_training(string name)
    {
        var architecture = Fixtures.Architectures.Of(name);
        using var dropping = Trained(architecture, epochs: 1);
        using var whole = NetworkFactory.Create(Without(architecture), Samples.Small);
        whole.FromBytes(dropping.ToBytes());

        Assert.Equal(Answers(whole, train: false), Answers(dropping, train: false));
        Assert.NotEqual(Answers(whole, train: true), Answers(dropping, train: true));
    }

    private static ArchitectureSpec Without(ArchitectureSpec architecture) => new()
    {
        Cnn = architecture.Cnn is { } cnn ? cnn with { Dropout = null } : null,
        Mlp = architecture.Mlp is { } mlp ? mlp with { Dropout = 0 } : null,
        Transformer = architecture.Transformer is { } transformer ? transformer with { Dropout = null } : null,
    };

    private static Network Trained(ArchitectureSpec architecture, int epochs)
    {
        manual_seed(2);
        var network = NetworkFactory.Create(architecture, Samples.Small);
        using var optimizer = OptimizerFactory.Create(new OptimizerSpec { Adam = new AdamSpec(0.003) }, network.parameters());
        using var training = new TensorData(Few);
        using var heldOut = new TensorData(Samples.Small.HeldOut);
        new NetworkTrainer(network, optimizer, new TrainingPlan(epochs, 32, Seed: 3)) { Loss = Losses.Supervised(null, network.Shape.Task) }
            .Run(training, heldOut, TrainingState.Start(1), _ => { }, CancellationToken.None);
        return network;
    }

    private static ExampleSet Few => Samples.Small.Training.Select([.. Enumerable.Range(0, 300)]);

    private static double Loss(Network network)
    {
        network.eval();
        using var without = no_grad();
        using var data = new TensorData(Few);
        return Losses.Supervised(null, network.Shape.Task)(network, data.Batch([.. Enumerable.Range(0, data.Count).Select(i => (long)i)])).ToSingle();
    }

    private static double Accuracy(Network network)
    {
        using var data = new TensorData(Samples.Small.HeldOut);
        return NetworkAccuracy.Of(network, data);
    }

    private static float[] Answers(Network network, bool train)
    {
        network.train(train);
        using var without = no_grad();
        using var data = new TensorData(Samples.Small.HeldOut);
        return network.Outputs(data.Batch([0, 1, 2, 3])).data<float>().ToArray();
    }
}
