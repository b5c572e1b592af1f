using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Training;

public class ScheduleTests
{
    [Fact]
    public void A_cosine_rises_and_then_falls_to_its_end()
    {
        var schedule = new LearningRateSchedule(new LearningRateDecaySpec { Cosine = new CosineDecaySpec(2, 0.1) }, 1);
        double At(int epoch, int batch) => schedule.Factor(epoch, batch, batches: 4, epochs: 6);

        Assert.Equal([0.125, 0.5, 1, 0.55, 0.1], [At(0, 0), At(0, 3), At(2, 0), At(4, 0), At(6, 0)], (expected, actual) => Math.Abs(expected - actual) < 1e-9);
        Assert.True(At(2, 0) > At(2, 1) && At(4, 0) > At(5, 3));
    }

    [Fact]
    public void Steps_fall_every_few_epochs()
    {
        var schedule = new LearningRateSchedule(new LearningRateDecaySpec { Step = new StepDecaySpec(2, 0.5) }, 1);

        Assert.Equal([1, 1, 0.5, 0.5, 0.25], Enumerable.Range(0, 5).Select(epoch => schedule.Factor(epoch, 3, 4, 5)));
    }

    [Fact]
    public void A_step_size_that_has_fallen_to_nothing_changes_nothing()
    {
        var data = DatasetLoader.Load(Tables.Iris, LearningTask.Classification);
        using var network = NetworkFactory.Create(Architectures.Of("mlp"), data);
        List<float[]> after = [];

        Run(network, data, new TrainingPlan(4, 16, 1) { Schedule = new(new() { Step = new StepDecaySpec(2, 1e-12) }, 0.05) }, _ => after.Add(Networks.Values(network)));

        Assert.NotEqual(after[0], after[1]);
        Assert.All(after[1].Zip(after[3]), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-6f));
    }

    [Fact]
    public void Early_stopping_ends_with_the_weights_that_were_best()
    {
        var data = DatasetLoader.Load(Tables.Iris, LearningTask.Classification);
        manual_seed(4);
        using var network = NetworkFactory.Create(Architectures.Of("mlp"), data);
        List<double> accuracies = [];

        // So large a step forgets again what it has learned.
        var end = Run(network, data, new TrainingPlan(40, 16, 1) { EarlyStopping = new EarlyStoppingSpec(3, 0.01) }, result => accuracies.Add(result.Accuracy), rate: 0.3);

        Assert.InRange(end.Epoch, 4, 39);
        Assert.Equal(accuracies.Max(), end.Best!.Accuracy);
        using var heldOut = new TensorData(data.HeldOut);
        Assert.Equal(accuracies.Max(), NetworkAccuracy.Of(network, heldOut));
        Assert.Equal(3, end.Epoch - end.Best.ReferenceEpoch);
    }

    [Fact]
    public void An_improvement_too_small_to_count_keeps_its_weights_all_the_same()
    {
        var first = BestWeights.After(null, 0.5, 1, 0.1, () => [1]);
        var better = BestWeights.After(first, 0.55, 2, 0.1, () => [2]);
        var worse = BestWeights.After(better, 0.4, 3, 0.1, () => [3]);

        Assert.Equal((0.55, 1), (worse.Accuracy, worse.ReferenceEpoch));
        Assert.Equal([2], worse.Weights);
        Assert.True(worse.IsOver(new EarlyStoppingSpec(2, 0.1), 3));
        Assert.Equal(4, BestWeights.After(worse, 0.6, 4, 0.1, () => [4]).ReferenceEpoch);
    }

    [Fact]
    public void Examples_of_a_batch_are_about_as_long_and_every_example_comes_once()
    {
        var random = new SplitMix64(1);
        var lengths = new int[1000];
        foreach (ref var length in lengths.AsSpan())
        {
            length = 1 + random.NextBelow(50);
        }

        var batches = EpochBatches.Of(1000, lengths, 16, seed: 1, epoch: 0);

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), batches.SelectMany(batch => batch).Order());
        Assert.InRange(EpochBatches.Padding(batches, lengths), 0, 0.06);
        Assert.InRange(EpochBatches.Padding(EpochBatches.Of(1000, null, 16, 1, 0), lengths), 0.3, 1);
        Assert.Equal(batches, EpochBatches.Of(1000, lengths, 16, seed: 1, epoch: 0));
        Assert.NotEqual(batches, EpochBatches.Of(1000, lengths, 16, seed: 1, epoch: 1));
    }

    private static TrainingState Run(Network network, Dataset data, TrainingPlan plan, Action<EpochResult> onEpoch, double rate = 0.05)
    {
        using var optimizer = OptimizerFactory.Create(new OptimizerSpec { Adam = new AdamSpec(rate) }, network.parameters());
        using var training = new TensorData(data.Training);
        using var heldOut = new TensorData(data.HeldOut);
        return new NetworkTrainer(network, optimizer, plan) { Loss = Losses.Supervised(null, data.Task), OnEpoch = onEpoch }
            .Run(training, heldOut, TrainingState.Start(1), _ => { }, CancellationToken.None);
    }
}
