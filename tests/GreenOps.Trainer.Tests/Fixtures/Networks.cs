using GreenOps.Trainer.Training;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Tests.Fixtures;

internal static class Networks
{
    public static CnnModule New(params int[] filters) => New(seed: 1, filters);

    public static CnnModule New(long seed, params int[] filters)
    {
        manual_seed(seed);
        return new CnnModule(CnnGeometry.Of(new CnnSpec { Filters = filters, KernelSize = 3, PoolSize = 2 }, Samples.Small));
    }

    /// <summary>A network that has seen the small sample once or more often.</summary>
    public static CnnModule Trained(int epochs, params int[] filters)
    {
        var module = New(filters);
        Train(module, epochs);
        return module;
    }

    public static void Train(CnnModule module, int epochs, IReadOnlyList<(TorchSharp.Modules.Parameter, Tensor)>? masks = null)
    {
        using var optimizer = OptimizerFactory.Create(Specs.Adam, module.parameters());
        using var training = new TensorData(Samples.Small.Training, Samples.Small.Height, Samples.Small.Width);
        using var heldOut = new TensorData(Samples.Small.HeldOut, Samples.Small.Height, Samples.Small.Width);
        new CnnTrainer(module, optimizer, new TrainingPlan(epochs, 64, Seed: 3)) { Masks = masks ?? [] }
            .Run(training, heldOut, TrainingState.Start(1), _ => { }, CancellationToken.None);
    }

    /// <summary>All parameters, one after the other.</summary>
    public static float[] Values(CnnModule module) => [.. module.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

    /// <summary>Logits of the first held-out images.</summary>
    public static float[] Logits(CnnModule module, int images)
    {
        using var data = new TensorData(Samples.Small.HeldOut, Samples.Small.Height, Samples.Small.Width);
        using var evaluation = no_grad();
        var (batch, _) = data.Batch([.. Enumerable.Range(0, images).Select(i => (long)i)]);
        return module.call(batch).data<float>().ToArray();
    }
}
