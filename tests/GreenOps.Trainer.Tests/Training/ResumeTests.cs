using GreenOps.Trainer.Training;

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

    [Fact]
    public void Another_seed_takes_another_order()
    {
        Assert.NotEqual(EpochBatches.Order(100, 1, 0), EpochBatches.Order(100, 2, 0));
        Assert.NotEqual(EpochBatches.Order(100, 1, 0), EpochBatches.Order(100, 1, 1));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), EpochBatches.Order(100, 1, 0).Order());
    }

    /// <summary>Trains until done, or until so many batches are done, and gives the last checkpoint.</summary>
    private static byte[] Run(Network module, OptimizerSpec spec, byte[]? from, int batches)
    {
        using var optimizer = OptimizerFactory.Create(spec, module.parameters());
        using var training = new TensorData(Samples.Small.Training);
        using var heldOut = new TensorData(Samples.Small.HeldOut);
        using var stop = new CancellationTokenSource();
        var state = from is null ? TrainingState.Start(1) : Read(from, module, optimizer);
        byte[] checkpoint = [];
        var done = 0;
        var trainer = new NetworkTrainer(module, optimizer, new TrainingPlan(Epochs, 64, Seed: 5))
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
