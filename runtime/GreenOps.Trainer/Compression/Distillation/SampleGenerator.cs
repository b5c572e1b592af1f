using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>A perceptron that makes images, with values in [0, 1], of noise.</summary>
internal sealed class SampleGenerator : nn.Module<Tensor, Tensor>
{
    private const int Narrow = 256;
    private const int Wide = 512;
    private const double Leak = 0.2;
    private readonly long[] example;
    private readonly Sequential layers;

    /// <summary>Creates the generator with weights from the global generator of random numbers.</summary>
    /// <param name="noise">Numbers that an image is made of.</param>
    /// <param name="shape">What the networks that it makes them for take.</param>
    public SampleGenerator(int noise, NetworkShape shape)
        : base(nameof(SampleGenerator))
    {
        example = [.. shape.Example.Select(size => (long)size)];
        layers = nn.Sequential(
            nn.Linear(noise, Narrow),
            nn.BatchNorm1d(Narrow),
            nn.LeakyReLU(Leak),
            nn.Linear(Narrow, Wide),
            nn.BatchNorm1d(Wide),
            nn.LeakyReLU(Leak),
            nn.Linear(Wide, example.Aggregate(1L, (product, size) => product * size)),
            nn.Sigmoid());
        RegisterComponents();
    }

    /// <summary>Images [n, ...] of noise [n, numbers].</summary>
    public override Tensor forward(Tensor input) => layers.call(input).reshape([input.shape[0], .. example]);
}
