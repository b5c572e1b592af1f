using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Training;

public class LearningTests
{
    [Theory]
    [InlineData("lstm", 0.5)]
    [InlineData("gru", 0.5)]
    [InlineData("transformer", 0.5)]
    public void Networks_over_sequences_learn_garments_from_rows_that_are_not_blank(string architecture, double atLeast)
    {
        var (network, accuracy) = Train(Architectures.Of(architecture), Tables.Garments, epochs: 4, rate: 0.01);

        using (network)
        {
            Assert.InRange(accuracy, atLeast, 1);
        }
    }

    [Theory]
    [InlineData(null, 0.3)]
    [InlineData(LossFunction.MeanAbsoluteError, 0.3)]
    [InlineData(LossFunction.Huber, 0.3)]
    public void A_regression_explains_more_than_the_mean(LossFunction? loss, double atLeast)
    {
        var data = DatasetLoader.Load(Tables.Diabetes, LearningTask.Regression);

        var (network, accuracy) = Train(Architectures.Of("linear"), data, epochs: 20, rate: 0.02, loss);

        using (network)
        {
            Assert.InRange(accuracy, atLeast, 0.8);
        }
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("adamW")]
    [InlineData("sgd")]
    public void A_perceptron_tells_irises_apart_with_every_optimizer(string optimizer)
    {
        var data = DatasetLoader.Load(Tables.Iris, LearningTask.Classification);
        manual_seed(2);
        using var network = NetworkFactory.Create(Architectures.Of("mlp"), data);
        var before = Accuracy(network, data);

        Run(network, data, new TrainingPlan(15, 16, Seed: 3), optimizer switch
        {
            "adam" => new OptimizerSpec { Adam = new AdamSpec(0.01) },
            "adamW" => new OptimizerSpec { AdamW = new AdamWSpec(0.01, 0.01) },
            _ => Specs.Sgd,
        });

        Assert.InRange(before, 0, 0.8);
        Assert.InRange(Accuracy(network, data), 0.9, 1);
    }

    [Fact]
    public void Weight_decay_makes_weights_smaller()
    {
        double Norm(double decay)
        {
            var data = DatasetLoader.Load(Tables.Iris, LearningTask.Classification);
            manual_seed(2);
            using var network = NetworkFactory.Create(Architectures.Of("mlp"), data);
            Run(network, data, new TrainingPlan(5, 16, Seed: 3), new OptimizerSpec { AdamW = new AdamWSpec(0.01, decay) });
            return network.Weights.Sum(weight => weight.Weight.data<float>().ToArray().Sum(value => (double)value * value));
        }

        Assert.True(Norm(decay: 2) < Norm(decay: 0) * 0.8);
    }

    [Fact]
    public void Scales_are_of_the_training_examples_and_travel_with_the_weights()
    {
        var data = DatasetLoader.Load(Tables.Diabetes, LearningTask.Regression);
        using var network = NetworkFactory.Create(Architectures.Of("mlp"), data);
        var age = data.Training.Numbers.Chunk(10).Average(row => row[0]);
        Assert.Equal(age, network.FeatureScaling!.Value.Mean.data<float>()[0], tolerance: 1e-3);
        Assert.Equal(data.Training.Values.Average(), network.TargetScaling!.Value.Mean.data<float>()[0], tolerance: 1e-2);

        using var other = NetworkFactory.Create(Architectures.Of("mlp"), NetworkShape.Of(data));
        other.FromBytes(network.ToBytes());

        Assert.Equal(Accuracy(network, data), Accuracy(other, data));
        Assert.Equal(age, other.FeatureScaling!.Value.Mean.data<float>()[0], tolerance: 1e-3);
    }

    [Fact]
    public void A_sequence_is_read_to_its_own_end_however_far_it_is_padded()
    {
        foreach (var architecture in (string[])["deep lstm", "deep gru", "transformer"])
        {
            using var network = NetworkFactory.Create(Architectures.Of(architecture), new NetworkShape([6, 3], true, Pixels: true, LearningTask.Classification, 3));
            network.eval();
            using var without = no_grad();
            using var inputs = randn(2, 6, 3);
            using var longer = cat([inputs, ones(2, 5, 3)], 1);
            using var lengths = tensor((long[])[6, 4]);

            var near = network.call(inputs, lengths).data<float>().ToArray();
            var far = network.call(longer, lengths).data<float>().ToArray();

            Assert.All(near.Zip(far), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-5f));
        }
    }

    [Fact]
    public void Early_exits_save_operations_at_about_the_same_accuracy()
    {
        var (network, accuracy) = Train(Architectures.Of("branched"), Samples.Small, epochs: 2, rate: 0.01);
        using var heldOut = new TensorData(Samples.Small.HeldOut);

        var report = ExitReport.Measure((CnnNetwork)network, heldOut);
        network.Dispose();

        Assert.Equal(accuracy, report.Accuracy, tolerance: 1e-9);
        Assert.InRange(report.Saved, 0.1, 1);
        Assert.InRange(report.Accuracy, report.FullAccuracy - 0.05, 1);
        Assert.InRange(report.FullAccuracy, 0.6, 1);
        Assert.Equal(1, report.Shares.Sum(), tolerance: 1e-9);
        Assert.Contains("% of the multiply-accumulates", report.ToString());
    }

    [Fact]
    public void Operations_are_counted_block_by_block()
    {
        var geometry = new CnnGeometry([2, 3], 3, 2, 10, 10, 10);

        var (perExit, without) = ExitReport.Operations(geometry);

        // 8x8 positions of 2 filters of 9 weights, pooled to 32 features of 10 classes; then 2x2 of 3 filters of 18, pooled to 3.
        Assert.Equal([1152 + 320, 1152 + 320 + 216 + 30], perExit);
        Assert.Equal(1152 + 216 + 30, without);
    }

    private static (Network Network, double Accuracy) Train(ArchitectureSpec architecture, Dataset data, int epochs, double rate, LossFunction? loss = null)
    {
        manual_seed(2);
        var network = NetworkFactory.Create(architecture, data);
        Run(network, data, new TrainingPlan(epochs, 32, Seed: 3), new OptimizerSpec { Adam = new AdamSpec(rate) }, loss);
        return (network, Accuracy(network, data));
    }

    private static void Run(Network network, Dataset data, TrainingPlan plan, OptimizerSpec spec, LossFunction? loss = null)
    {
        using var optimizer = OptimizerFactory.Create(spec, network.parameters());
        using var training = new TensorData(data.Training);
        using var heldOut = new TensorData(data.HeldOut);
        new NetworkTrainer(network, optimizer, plan) { Loss = Losses.Supervised(loss, data.Task) }
            .Run(training, heldOut, TrainingState.Start(1), _ => { }, CancellationToken.None);
    }

    private static double Accuracy(Network network, Dataset data)
    {
        using var heldOut = new TensorData(data.HeldOut);
        return NetworkAccuracy.Of(network, heldOut);
    }
}
