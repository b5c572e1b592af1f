using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>A perceptron that makes examples of noise. Examples that are images have values in [0, 1].</summary>
internal sealed class SampleGenerator : nn.Module<Tensor, Tensor>
{
    private const int Narrow = 256;
    private const int Wide = 512;
    private const double Leak = 0.2;
    private readonly long[] example;
    private readonly Sequential layers;

    /// <summary>Creates the generator with weights from the global generator of random numbers.</summary>
    /// <param name="noise">Numbers that an example is made of.</param>
    /// <param name="example">Shape of one example.</param>
    /// <param name="unitInterval">Whether values are in [0, 1]; else they are normalized over each batch.</param>
    public SampleGenerator(int noise, long[] example, bool unitInterval)
        : base(nameof(SampleGenerator))
    {
        this.example = example;
        var values = example.Aggregate(1L, (product, size) => product * size);
        layers = nn.Sequential(
            nn.Linear(noise, Narrow),
            nn.BatchNorm1d(Narrow),
            nn.LeakyReLU(Leak),
            nn.Linear(Narrow, Wide),
            nn.BatchNorm1d(Wide),
            nn.LeakyReLU(Leak),
            nn.Linear(Wide, values),
            unitInterval ? nn.Sigmoid() : nn.BatchNorm1d(values, affine: false));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => layers.call(input).reshape([input.shape[0], .. example]);
}
