using System.Runtime.InteropServices;
using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Trainer.Profiling;

/// <summary>Grayscale images with brightness from 0 to 1, in the shape that a model takes.</summary>
internal sealed class ImageExamples : IExamples
{
    private readonly LabelledImages images;
    private readonly long[] shape;
    private readonly int pixels;

    private ImageExamples(LabelledImages images, long[] shape, int pixels, bool canBatch)
    {
        this.images = images;
        this.shape = shape;
        this.pixels = pixels;
        CanBatch = canBatch;
    }

    /// <inheritdoc/>
    public int Count => images.Count;

    /// <inheritdoc/>
    public bool CanBatch { get; }

    /// <summary>Images of a data set as a model takes them.</summary>
    /// <exception cref="StageException">The model takes something else.</exception>
    public static ImageExamples For(ModelSession session, ImageDataset data, LabelledImages images)
    {
        long[][] shapes =
        [
            [1, 1, data.Height, data.Width], [1, data.Height, data.Width, 1], [1, data.Height, data.Width], [1, data.PixelsPerImage],
        ];
        return session.Inputs is [{ Type: TensorElementType.Float } input] && shapes.FirstOrDefault(shape => Fits(input.Shape, shape)) is { } fitting
            ? new ImageExamples(images, fitting, data.PixelsPerImage, input.HasFreeBatch)
            : throw StageException.BadInput(
                StageReasons.ModelInvalid,
                $"The model takes {string.Join(" and ", session.Inputs)}, and the data set holds images that need one Float input of [N, 1, {data.Height}, {data.Width}], "
                + $"[N, {data.Height}, {data.Width}, 1], [N, {data.Height}, {data.Width}] or [N, {data.PixelsPerImage}]. Name a data set that fits, or none.");
    }

    /// <inheritdoc/>
    public OrtValue[] Batch(int start, int count)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [count, .. shape[1..]]);
        var target = MemoryMarshal.Cast<byte, float>(value.GetTensorMutableRawData());
        var source = images.Pixels.AsSpan(start * pixels, count * pixels);
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = source[i] / 255f;
        }

        return [value];
    }

    private static bool Fits(IReadOnlyList<long> expected, long[] actual) =>
        expected.Count == actual.Length && expected.Zip(actual).All(pair => pair.First < 0 || pair.First == pair.Second);
}
