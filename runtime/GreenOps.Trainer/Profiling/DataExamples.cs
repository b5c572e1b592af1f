using System.Runtime.InteropServices;
using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Trainer.Profiling;

/// <summary>Examples of a data set in the shape that a model takes; brightness is 0 to 1.</summary>
internal sealed class DataExamples : IExamples
{
    private readonly ExampleSet examples;
    private readonly ModelValue features;
    private readonly long[] shape;
    private readonly ModelValue? lengths;
    private readonly bool lengthsFirst;

    private DataExamples(ExampleSet examples, ModelValue features, long[] shape, ModelValue? lengths, bool lengthsFirst)
    {
        this.examples = examples;
        this.features = features;
        this.shape = shape;
        this.lengths = lengths;
        this.lengthsFirst = lengthsFirst;
    }

    /// <inheritdoc/>
    public int Count => examples.Count;

    /// <inheritdoc/>
    public bool CanBatch => features.HasFreeBatch;

    /// <summary>The examples for a model.</summary>
    /// <param name="session">The model.</param>
    /// <param name="data">The data set that the examples are of.</param>
    /// <param name="examples">The examples.</param>
    /// <exception cref="StageException">The model takes something else.</exception>
    public static DataExamples For(ModelSession session, Dataset data, ExampleSet examples)
    {
        var shapes = Shapes(data.Shape, data.VariesInLength);
        foreach (var input in session.Inputs.Where(input => input.Type == TensorElementType.Float))
        {
            var others = session.Inputs.Where(other => other != input).ToList();
            var lengths = others is [{ Type: TensorElementType.Int64 or TensorElementType.Int32, Shape.Count: 1 } only] && data.VariesInLength ? only : null;
            if (shapes.FirstOrDefault(shape => Fits(input.Shape, shape, data.VariesInLength)) is { } fitting && (others.Count == 0 || lengths is not null))
            {
                return new DataExamples(examples, input, fitting, lengths, lengths is not null && session.Inputs[0] == lengths);
            }
        }

        var known = string.Join(" or ", shapes.Select(shape => $"[{string.Join(", ", shape.Select((size, axis) => axis == 0 ? "N" : size < 0 ? "T" : $"{size}"))}]"));
        throw StageException.BadInput(
            StageReasons.ModelInvalid,
            $"The model takes {string.Join(" and ", session.Inputs)}, and the data set holds examples that need one Float input of {known}"
            + $"{(data.VariesInLength ? " and the lengths as integers [N]" : "")}. Name a data set that fits, or none.");
    }

    /// <inheritdoc/>
    public OrtValue[] Batch(int start, int count)
    {
        var longest = 0;
        for (var i = start; i < start + count; i++)
        {
            longest = Math.Max(longest, examples.LengthOf(i));
        }

        var stride = longest * examples.PositionSize;
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [count, .. shape.Skip(1).Select(size => size < 0 ? longest : size)]);
        var target = MemoryMarshal.Cast<byte, float>(value.GetTensorMutableRawData());
        target.Clear();
        for (var i = 0; i < count; i++)
        {
            examples.CopyTo(start + i, target.Slice(i * stride, stride));
        }

        return lengths is null ? [value] : lengthsFirst ? [Lengths(start, count), value] : [value, Lengths(start, count)];
    }

    /// <summary>Shapes of an input that takes such examples in the order in which they lie; the batch is 1, a length that varies -1.</summary>
    private static List<long[]> Shapes(IReadOnlyList<int> example, bool varies) => (varies, example) switch
    {
        (true, [_]) => [[1, -1, 1], [1, -1]],
        (true, [_, 1]) => [[1, -1, 1], [1, -1]],
        (true, _) => [[1, -1, .. example.Skip(1).Select(size => (long)size)]],
        (_, [var size]) => [[1, size], [1, size, 1]],
        (_, [var height, var width]) => [[1, 1, height, width], [1, height, width, 1], [1, height, width], [1, (long)height * width]],
        (_, [1, var height, var width]) => [[1, 1, height, width], [1, height, width, 1], [1, height, width], [1, (long)height * width]],
        _ => [[1, .. example.Select(size => (long)size)], [1, example.Aggregate(1L, (product, size) => product * size)]],
    };

    /// <summary>A length that varies needs a free dimension, and no free dimension may follow the batch in its place.</summary>
    private static bool Fits(IReadOnlyList<long> expected, long[] actual, bool varies) =>
        expected.Count == actual.Length && expected.Zip(actual).All(pair => pair.First < 0 || pair.First == pair.Second)
        && (!varies || expected.Zip(actual).All(pair => pair.Second >= 0 || pair.First < 0));

    private OrtValue Lengths(int start, int count)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, lengths!.Type, [count]);
        for (var i = 0; i < count; i++)
        {
            var length = examples.LengthOf(start + i);
            if (lengths.Type == TensorElementType.Int32)
            {
                value.GetTensorMutableDataAsSpan<int>()[i] = length;
            }
            else
            {
                value.GetTensorMutableDataAsSpan<long>()[i] = length;
            }
        }

        return value;
    }
}
