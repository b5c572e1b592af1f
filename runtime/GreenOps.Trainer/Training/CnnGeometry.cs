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
    /// <summary>The geometry of a spec for the images of a data set.</summary>
    /// <exception cref="StageException">The images are used up before the dense layer.</exception>
    public static CnnGeometry Of(CnnSpec spec, Artifacts.ImageDataset data)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        var geometry = new CnnGeometry(spec.Filters, spec.KernelSize, spec.PoolSize, data.Height, data.Width, data.Classes);
        return geometry.FinalHeight > 0 && geometry.FinalWidth > 0
            ? geometry
            : throw StageException.BadInput(
                StageReasons.InvalidSpec,
                $"architecture.cnn has {spec.Filters.Count} layers with kernelSize {spec.KernelSize} and poolSize {spec.PoolSize}; images of {data.Height}x{data.Width} pixels are used up before the dense layer. Use fewer layers or smaller kernels.");
    }

    /// <summary>Height of the feature maps after the last pooling.</summary>
    public int FinalHeight => Shrink(Height);

    /// <summary>Width of the feature maps after the last pooling.</summary>
    public int FinalWidth => Shrink(Width);

    /// <summary>Inputs of the dense layer.</summary>
    public int DenseInputs => Filters[^1] * FinalHeight * FinalWidth;

    private int Shrink(int size)
    {
        for (var i = 0; i < Filters.Count; i++)
        {
            size = (size - KernelSize + 1) / PoolSize;
        }

        return size;
    }
}
