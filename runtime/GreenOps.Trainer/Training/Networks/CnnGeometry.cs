using GreenOps.Contract;
using GreenOps.Trainer.Stages;

namespace GreenOps.Trainer.Training;

/// <summary>Sizes of a convolutional network for images of one size.</summary>
/// <param name="Filters">Output channels of each convolution.</param>
/// <param name="KernelSize">Width and height of every kernel.</param>
/// <param name="PoolSize">Width, height and stride of every pooling window.</param>
/// <param name="Height">Height of the images.</param>
/// <param name="Width">Width of the images.</param>
/// <param name="Classes">Outputs of the dense layer.</param>
public sealed record CnnGeometry(IReadOnlyList<int> Filters, int KernelSize, int PoolSize, int Height, int Width, int Classes)
{
    /// <summary>Channels of the images.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Probability of the likeliest class from which an example leaves after a block; null without early exits.</summary>
    public double? ExitConfidence { get; init; }

    /// <summary>Outputs of each hidden dense layer behind the convolutions.</summary>
    public IReadOnlyList<int> HiddenSizes { get; init; } = [];

    /// <summary>Share of the inputs of each dense layer that is dropped in training.</summary>
    public double Dropout { get; init; }

    /// <summary>Height of the feature maps after the last pooling.</summary>
    public int FinalHeight => HeightAfter(Filters.Count);

    /// <summary>Width of the feature maps after the last pooling.</summary>
    public int FinalWidth => WidthAfter(Filters.Count);

    /// <summary>Inputs of the dense layer.</summary>
    public int DenseInputs => InputsAfter(Filters.Count);

    /// <summary>The geometry of a spec for some images.</summary>
    /// <exception cref="StageException">The examples are no images, or are used up before the dense layer.</exception>
    public static CnnGeometry Of(CnnSpec spec, NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(shape);
        var (channels, height, width) = shape.Image ?? throw StageException.BadInput(
            StageReasons.InvalidSpec,
            $"architecture.cnn takes images [rows, columns] or [channels, rows, columns], and the data set's examples are {shape}. Use rnn or transformer for sequences and mlp for features, or name a data set of images.");
        var geometry = new CnnGeometry(spec.Filters, spec.KernelSize, spec.PoolSize, height, width, shape.Outputs)
        {
            Channels = channels,
            ExitConfidence = spec.EarlyExit?.Confidence,
            HiddenSizes = spec.HiddenSizes ?? [],
            Dropout = spec.Dropout ?? 0,
        };
        return geometry.FinalHeight > 0 && geometry.FinalWidth > 0
            ? geometry
            : throw StageException.BadInput(
                StageReasons.InvalidSpec,
                $"architecture.cnn has {spec.Filters.Count} layers with kernelSize {spec.KernelSize} and poolSize {spec.PoolSize}; images of {height}x{width} pixels are used up before the dense layer. Use fewer layers or smaller kernels.");
    }

    /// <summary>Inputs of a dense layer after some of the blocks.</summary>
    public int InputsAfter(int blocks) => Filters[blocks - 1] * HeightAfter(blocks) * WidthAfter(blocks);

    /// <summary>Height of the feature maps after some of the blocks.</summary>
    public int HeightAfter(int blocks) => Shrink(Height, blocks);

    /// <summary>Width of the feature maps after some of the blocks.</summary>
    public int WidthAfter(int blocks) => Shrink(Width, blocks);

    private int Shrink(int size, int blocks)
    {
        for (var i = 0; i < blocks; i++)
        {
            size = (size - KernelSize + 1) / PoolSize;
        }

        return size;
    }
}
