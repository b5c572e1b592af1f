using GreenOps.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Compression.Distillation;

/// <summary>
/// Makes images, with values in [0, 1], of noise: a dense layer gives maps of a quarter of their size, convolutions between
/// doublings paint them, so that neighbours are alike as they are in images (the generator of Fang et al., 2019, in small).
/// </summary>
internal sealed class SampleGenerator : nn.Module<Tensor, Tensor>
{
    private const int Maps = 32;
    private const int FineMaps = 16;
    private const double Leak = 0.2;
    private readonly long[] example;
    private readonly (long Height, long Width)[] sizes;
    private readonly Linear seed;
    private readonly Sequential coarse;
    private readonly Sequential fine;
    private readonly Sequential paint;

    /// <summary>Creates the generator with weights from the global generator of random numbers.</summary>
    /// <param name="noise">Numbers that an image is made of.</param>
    /// <param name="shape">What the networks that it makes them for take.</param>
    public SampleGenerator(int noise, NetworkShape shape)
        : base(nameof(SampleGenerator))
    {
        example = [.. shape.Example.Select(size => (long)size)];
        // Numbers in a row are an image of one row.
        var (channels, height, width) = shape.Image ?? (1, 1, shape.Size);
        sizes = [(Part(height, 4), Part(width, 4)), (Part(height, 2), Part(width, 2)), (height, width)];
        seed = nn.Linear(noise, Maps * sizes[0].Height * sizes[0].Width);
        coarse = nn.Sequential(nn.BatchNorm2d(Maps));
        fine = Convolution(Maps, FineMaps);
        paint = nn.Sequential(Convolution(FineMaps, FineMaps), nn.Conv2d(FineMaps, channels, 3, padding: 1), nn.Sigmoid());
        RegisterComponents();
    }

    /// <summary>Images [n, ...] of noise [n, numbers].</summary>
    public override Tensor forward(Tensor input)
    {
        var value = coarse.call(seed.call(input).reshape(-1, Maps, sizes[0].Height, sizes[0].Width));
        value = fine.call(Grown(value, sizes[1]));
        return paint.call(Grown(value, sizes[2])).reshape([input.shape[0], .. example]);
    }

    private static Sequential Convolution(long inputs, long outputs) =>
        nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding: 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(Leak));

    private static Tensor Grown(Tensor value, (long Height, long Width) size) => nn.functional.interpolate(value, [size.Height, size.Width]);

    private static long Part(long size, long parts) => (size + parts - 1) / parts;
}
