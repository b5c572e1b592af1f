using GreenOps.Trainer.Training;
using TorchSharp;

namespace GreenOps.Trainer.Tests.Training;

public class ResumeTests
{
    private const int Epochs = 2;

    [Theory]
    [InlineData("adam", 1)]
    [InlineData("adam", 24)]
    [InlineData("adam", 30)]
    [InlineData("sgd", 7)]
    public void Training_that_was_stopped_ends_at_the_same_bits(string optimizer, int stopAfterBatches)
    {
        var spec = optimizer == "sgd" ? Specs.Sgd : Specs.Adam;
        using var whole = Networks.New(8);
        Run(whole, spec, null, int.MaxValue);

        using var first = Networks.New(8);
        var checkpoint = Run(first, spec, null, stopAfterBatches);
        using var second = Networks.New(seed: 99, 8);
        Run(second, spec, checkpoint, int.MaxValue);

        Assert.NotEqual(Networks.Values(whole), Networks.Values(first));
        Assert.Equal(Networks.Values(whole), Networks.Values(second));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(13)]
    public void Sequences_stop_and_go_on_with_schedule_and_best_weights_at_the_same_bits(int stopAfterBatches)
    {
        TrainingPlan plan = new(3, 128, Seed: 5)
        {
            Schedule = new(new() { Cosine = new CosineDecaySpec(1, 0.1) }, 0.001),
            EarlyStopping = new EarlyStoppingSpec(5, 0.001),
        };
        Network New(long seed)
        {
            torch.manual_seed(seed);
            return NetworkFactory.Create(Architectures.Of("deep gru"), Tables.Garments);
        }

        using var whole = New(1);
        Run(whole, Specs.Adam, null, int.MaxValue, Tables.Garments, plan);
        using var first = New(1);
        var checkpoint = Run(first, Specs.Adam, null, stopAfterBatches, Tables.Garments, plan);
        using var second = New(99);
        Run(second, Specs.Adam, checkpoint, int.MaxValue, Tables.Garments, plan);

        Assert.Equal(Networks.Values(whole), Networks.Values(second));
    }

    [Theory]
    [InlineData("dropping mlp")]
    [InlineData("dropping transformer")]
    public void What_is_dropped_is_the_same_after_a_stop(string architecture)
    {
        Network New(long seed)
        {
            torch.manual_seed(seed);
            return NetworkFactory.Create(Architectures.Of(architecture), Tables.Irises);
        }

        TrainingPlan plan = new(3, 16, Seed: 5);
        using var whole = New(1);
        Run(whole, Specs.Adam, null, int.MaxValue, Tables.Irises, plan);
        using var first = New(1);
        var checkpoint = Run(first, Specs.Adam, null, 11, Tables.Irises, plan);
        // Whatever else draws from the global generator meanwhile.
        torch.rand(7).Dispose();
        using var second = New(99);
        Run(second, Specs.Adam, checkpoint, int.MaxValue, Tables.Irises, plan);

        Assert.Equal(Networks.Values(whole), Networks.Values(second));
        using var other = New(1);
        Run(other, Specs.Adam, null, int.MaxValue, Tables.Irises, plan with { Seed = 6 });
        Assert.NotEqual(Networks.Values(whole), Networks.Values(other));
    }

    [Fact]
    public void A_checkpoint_is_due_within_an_epoch_too()
    {
        List<TrainingState> states = [];
        using var network = Networks.New(4);
        using var optimizer = OptimizerFactory.Create(Specs.Adam, network.parameters());
        using var training = new TensorData(Samples.Small.Training);
        using var heldOut = new TensorData(Samples.Small.HeldOut);

        new NetworkTrainer(network, optimizer, new TrainingPlan(1, 500, Seed: 5)) { Loss = Losses.Supervised(null, network.Shape.Task), CheckpointEvery = TimeSpan.Zero }
            .Run(training, heldOut, TrainingState.Start(1), states.Add, CancellationToken.None);

        Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 0)], states.Select(state => (state.Epoch, state.Batch)));
    }

    [Fact]
    public void Another_seed_takes_another_order()
    {
        Assert.NotEqual(EpochBatches.Order(100, 1, 0), EpochBatches.Order(100, 2, 0));
        Assert.NotEqual(EpochBatches.Order(100, 1, 0), EpochBatches.Order(100, 1, 1));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), EpochBatches.Order(100, 1, 0).Order());
    }

    /// <summary>Trains until done, or until so many batches are done, and gives the last checkpoint.</summary>
    private static byte[] Run(Network module, OptimizerSpec spec, byte[]? from, int batches, Dataset? data = null, TrainingPlan? plan = null)
    {
        using var optimizer = OptimizerFactory.Create(spec, module.parameters());
        using var training = new TensorData((data ?? Samples.Small).Training);
        using var heldOut = new TensorData((data ?? Samples.Small).HeldOut);
        using var stop = new CancellationTokenSource();
        var state = from is null ? TrainingState.Start(1) : Read(from, module, optimizer);
        byte[] checkpoint = [];
        var done = 0;
        var trainer = new NetworkTrainer(module, optimizer, plan ?? new TrainingPlan(Epochs, 64, Seed: 5))
        {
            Loss = Losses.Supervised(null, module.Shape.Task),
            OnProgress = _ =>
            {
                if (++done == batches)
                {
                    stop.Cancel();
                }
            },
        };
        var error = Record.Exception(() => trainer.Run(training, heldOut, state, reached => checkpoint = Write(reached, module, optimizer), stop.Token));
        Assert.Equal(batches < int.MaxValue, error is OperationCanceledException);
        return checkpoint;
    }

    private static byte[] Write(TrainingState state, Network module, TorchSharp.Modules.OptimizerHelper optimizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        state.Write(writer, module, optimizer);
        writer.Flush();
        return stream.ToArray();
    }

    private static TrainingState Read(byte[] bytes, Network module, TorchSharp.Modules.OptimizerHelper optimizer)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return TrainingState.Read(reader, module, optimizer);
    }
}
