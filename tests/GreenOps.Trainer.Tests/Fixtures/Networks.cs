using GreenOps.Trainer.Compression;
using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Fixtures;

internal static class Networks
{
    public static CnnNetwork New(params int[] filters) => New(seed: 1, filters);

    public static CnnNetwork New(long seed, params int[] filters)
    {
        manual_seed(seed);
        var shape = NetworkShape.Of(Samples.Small);
        return new CnnNetwork(CnnGeometry.Of(new CnnSpec { Filters = filters, KernelSize = 3, PoolSize = 2 }, shape), shape);
    }

    public static ArchitectureSpec Architecture(params int[] filters) => new() { Cnn = new CnnSpec { Filters = filters, KernelSize = 3, PoolSize = 2 } };

    /// <summary>A network that has seen the small sample once or more often.</summary>
    public static CnnNetwork Trained(int epochs, params int[] filters)
    {
        var module = New(filters);
        Train(module, epochs);
        return module;
    }

    public static void Train(Network module, int epochs, WeightMasks? masks = null, StraightThrough? rounding = null)
    {
        using var optimizer = OptimizerFactory.Create(Specs.Adam, module.parameters());
        using var training = new TensorData(Samples.Small.Training);
        using var heldOut = new TensorData(Samples.Small.HeldOut);
        new NetworkTrainer(module, optimizer, new TrainingPlan(epochs, 64, Seed: 3))
        {
            Loss = Losses.Supervised(null, module.Shape.Task),
            BeforeForward = () => rounding?.Round(),
            BeforeStep = () => rounding?.Restore(),
            AfterStep = () => masks?.Apply(),
        }
            .Run(training, heldOut, TrainingState.Start(1), _ => { }, CancellationToken.None);
    }

    /// <summary>All parameters, one after the other.</summary>
    public static float[] Values(Network module) => [.. module.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

    /// <summary>Logits of the first held-out images.</summary>
    public static float[] Logits(Network module, int images)
    {
        using var data = new TensorData(Samples.Small.HeldOut);
        using var evaluation = no_grad();
        var batch = data.Batch([.. Enumerable.Range(0, images).Select(i => (long)i)]);
        return module.Outputs(batch).data<float>().ToArray();
    }
}
