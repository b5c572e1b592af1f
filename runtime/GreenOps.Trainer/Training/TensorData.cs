using GreenOps.Artifacts;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>Labelled images as tensors: pixels stay bytes until their batch is used.</summary>
public sealed class TensorData : IDisposable
{
    private readonly Tensor images;
    private readonly Tensor labels;

    /// <summary>Copies the images.</summary>
    public TensorData(LabelledImages source, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(source);
        Count = source.Count;
        images = tensor(source.Pixels, dtype: ScalarType.Byte).reshape(source.Count, 1, height, width);
        labels = tensor(source.Labels, dtype: ScalarType.Byte).to(ScalarType.Int64);
    }

    /// <summary>Number of examples.</summary>
    public int Count { get; }

    /// <summary>The examples at some indices: images [n, 1, H, W] in [0, 1], labels [n].</summary>
    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<long> indices)
    {
        using var index = tensor(indices.ToArray());
        return (images.index_select(0, index).to(ScalarType.Float32).div(255), labels.index_select(0, index));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        images.Dispose();
        labels.Dispose();
    }
}
