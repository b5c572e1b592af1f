using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Trainer.Profiling;

/// <summary>How one input of a model is generated.</summary>
/// <param name="Value">The input.</param>
/// <param name="Shape">Its shape for a single example.</param>
/// <param name="Bound">Integers lie below it.</param>
internal sealed record GeneratedInput(ModelValue Value, long[] Shape, int Bound)
{
    // Sizes that models of images and of sequences commonly take where they leave a dimension free.
    private const long Channels = 3;
    private const long Pixels = 224;

    // Words of a text, and samples of a sound: frames as networks take them, a second.
    private static readonly long[] Lengths = [16, 256, 512, 16_000];

    private const long MaximumBytes = 1 << 30;

    // Integers are mostly indices into a table whose length nothing tells: the greatest of these that the model takes.
    private static readonly int[] Bounds = [2, 10, 100];

    /// <summary>Whether every integer is the greatest below the bound, because the model does not take 0.</summary>
    public bool Fixed { get; init; }

    /// <summary>Bytes of one element.</summary>
    public int ElementBytes => Value.Type switch
    {
        TensorElementType.Bool or TensorElementType.UInt8 or TensorElementType.Int8 => 1,
        TensorElementType.UInt16 or TensorElementType.Int16 or TensorElementType.Float16 => 2,
        TensorElementType.UInt32 or TensorElementType.Int32 or TensorElementType.Float => 4,
        _ => 8,
    };

    /// <summary>Finds shapes and bounds that a model can be run on.</summary>
    /// <exception cref="StageException">It fails on whatever is tried.</exception>
    public static IReadOnlyList<GeneratedInput> For(ModelSession session)
    {
        var common = Lengths.Select(length => Common(session.Inputs, length)).ToList();
        GeneratedInput[] single = [.. common[0].Select(input => input with { Shape = [.. input.Value.Shape.Select(size => size < 0 ? 1 : size)] })];
        var failure = "";
        foreach (var inputs in (GeneratedInput[][])[common[0], WithOnes(common[0]), single, WithOnes(single), .. common.Skip(1).SelectMany(longer => (GeneratedInput[][])[longer, WithOnes(longer)])])
        {
            try
            {
                var shapes = Shapes(session, inputs);
                for (var i = 0; i < inputs.Length; i++)
                {
                    inputs[i] = Widest(session, inputs, i, shapes);
                }

                return inputs;
            }
            catch (StageException error)
            {
                failure = failure.Length > 0 ? failure : error.Message;
            }
        }

        throw StageException.BadInput(StageReasons.ModelInvalid, $"{failure} Fix the sizes of its free dimensions when exporting it, or name a data set that fits.");
    }

    /// <summary>Whether a free dimension other than the outermost has the batch's name, so that the batch cannot grow alone.</summary>
    public bool RepeatsBatch(IReadOnlyList<GeneratedInput> inputs) =>
        Value.Symbols.Skip(1).Any(symbol => symbol.Length > 0 && inputs.Any(input => input.Value.Symbols is [var batch, ..] && batch == symbol));

    /// <summary>Room for some examples.</summary>
    /// <exception cref="StageException">Even one takes more memory than an input should.</exception>
    public OrtValue Allocate(int count)
    {
        long[] shape = Value.HasFreeBatch ? [count, .. Shape[1..]] : Shape;
        return shape.Aggregate((double)ElementBytes, (bytes, size) => bytes * size) <= MaximumBytes
            ? OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, Value.Type, shape)
            : throw StageException.BadInput(StageReasons.ModelInvalid, $"The model's input {Value} takes more than {MaximumBytes} bytes for one example, which cannot be served.");
    }

    /// <summary>Writes a small integer, or a boolean, of any width in little-endian order.</summary>
    public static void WriteInteger(Span<byte> target, int value)
    {
        target.Clear();
        target[0] = (byte)value;
    }

    private static GeneratedInput[] Common(IReadOnlyList<ModelValue> inputs, long length) =>
        [.. inputs.Select(input => new GeneratedInput(input, [.. input.Shape.Select((_, axis) => Size(inputs, input, axis, length))], 1))];

    private static long Size(IReadOnlyList<ModelValue> inputs, ModelValue input, int axis, long length)
    {
        if (input.Shape[axis] >= 0)
        {
            return input.Shape[axis];
        }

        // The state of a recurrent layer is [layers, batch, size].
        var isBatch = axis == 0 || (axis == 1 && input.Shape is [>= 0, _, >= 0])
            || (input.Symbols[axis].Length > 0 && inputs.Any(other => other.HasFreeBatch && other.Symbols[0] == input.Symbols[axis]));
        return isBatch ? 1
            : input.Shape.Count != 4 ? length
            : axis == 1 && input.Shape[3] is not (1 or Channels or 4) ? Channels
            : Pixels;
    }

    /// <summary>Sizes among the integers, of which 0 may be none.</summary>
    private static GeneratedInput[] WithOnes(GeneratedInput[] inputs) => [.. inputs.Select(input => input with { Bound = Bounds[0], Fixed = true })];

    /// <summary>The input with the greatest bound that changes nothing but the values: an integer that makes an output larger is a size, not an index.</summary>
    private static GeneratedInput Widest(ModelSession session, GeneratedInput[] inputs, int index, string shapes)
    {
        var widest = inputs[index];
        if (widest.Value.IsFraction || widest.Fixed)
        {
            return widest;
        }

        // What masks is 0 or 1, and more would run all the same.
        var isFlag = widest.Value.Type == TensorElementType.Bool || widest.Value.Name.Contains("mask", StringComparison.OrdinalIgnoreCase);
        foreach (var bound in isFlag ? Bounds[..1] : Bounds)
        {
            var wider = widest with { Bound = bound };
            if (!Runs(session, [.. inputs[..index], wider, .. inputs[(index + 1)..]], shapes))
            {
                break;
            }

            widest = wider;
        }

        return widest;
    }

    private static bool Runs(ModelSession session, GeneratedInput[] inputs, string shapes)
    {
        try
        {
            return Shapes(session, inputs) == shapes;
        }
        catch (StageException)
        {
            return false;
        }
    }

    /// <summary>Shapes of the outputs where every integer is as large as it may be.</summary>
    /// <exception cref="StageException">The model fails.</exception>
    private static string Shapes(ModelSession session, GeneratedInput[] inputs)
    {
        List<OrtValue> values = [];
        try
        {
            values.AddRange(inputs.Select(input => input.Largest()));
            using var outputs = session.Run(values);
            return string.Join(' ', outputs.Select(output => string.Join(',', output.GetTensorTypeAndShape().Shape)));
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    private OrtValue Largest()
    {
        var value = Allocate(1);
        var data = value.GetTensorMutableRawData();
        data.Clear();
        if (!Value.IsFraction)
        {
            for (var offset = 0; offset < data.Length; offset += ElementBytes)
            {
                WriteInteger(data.Slice(offset, ElementBytes), Bound - 1);
            }
        }

        return value;
    }
}
