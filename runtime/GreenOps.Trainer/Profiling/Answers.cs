using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using GreenOps.Contract;
using GreenOps.Trainer.Stages;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Trainer.Profiling;

/// <summary>What a model gives for examples.</summary>
internal static class Answers
{
    /// <summary>What is read from its outputs for all examples, by example.</summary>
    /// <param name="session">The model.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="batch">How many of them a run takes.</param>
    /// <param name="read">What of the outputs of an example is kept.</param>
    public static IReadOnlyList<T> Of<T>(ModelSession session, IExamples examples, int batch, Func<float[], T> read)
    {
        List<T> answers = [];
        for (var start = 0; start < examples.Count; start += batch)
        {
            var count = Math.Min(batch, examples.Count - start);
            var values = Run(session, examples, start, count);
            var width = values.Length / count;
            answers.AddRange(Enumerable.Range(0, count).Select(i => read(values[(i * width)..((i + 1) * width)])));
        }

        return answers;
    }

    /// <summary>The class that a model answers: the index of its highest output, or the output itself where there is one.</summary>
    public static long Class(float[] outputs) => outputs switch
    {
        [] => -1,
        // A probability of the second class, or a number.
        [var only] => (long)MathF.Round(only, MidpointRounding.AwayFromZero),
        _ => Array.IndexOf(outputs, TensorPrimitives.Max(outputs)),
    };

    /// <summary>How many outputs the model gives for an example.</summary>
    public static int Width(ModelSession session, IExamples examples) => Run(session, examples, 0, 1).Length;

    /// <summary>The elements of a tensor as 32-bit fractions.</summary>
    /// <exception cref="StageException">They are more than an array holds.</exception>
    public static float[] Floats(OrtValue value) => value.GetTensorTypeAndShape() switch
    {
        { ElementCount: var count } when count > Array.MaxLength =>
            throw StageException.BadInput(StageReasons.ModelInvalid, $"The model gives {count} values for one example, which cannot be served."),
        var info => Floats(value, info.ElementDataType),
    };

    private static float[] Floats(OrtValue value, TensorElementType type) => type switch
    {
        TensorElementType.Float => value.GetTensorDataAsSpan<float>().ToArray(),
        TensorElementType.Float16 => Converted<Half>(value),
        TensorElementType.Double => Converted<double>(value),
        TensorElementType.Int64 => Converted<long>(value),
        TensorElementType.UInt64 => Converted<ulong>(value),
        TensorElementType.Int32 => Converted<int>(value),
        TensorElementType.UInt32 => Converted<uint>(value),
        TensorElementType.Int16 => Converted<short>(value),
        TensorElementType.UInt16 => Converted<ushort>(value),
        TensorElementType.Int8 => Converted<sbyte>(value),
        _ => Converted<byte>(value),
    };

    private static float[] Run(ModelSession session, IExamples examples, int start, int count)
    {
        var inputs = examples.Batch(start, count);
        try
        {
            using var outputs = session.Run(inputs);
            return Floats(outputs[session.JudgedOutput]);
        }
        finally
        {
            Array.ForEach(inputs, input => input.Dispose());
        }
    }

    private static float[] Converted<T>(OrtValue value)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var elements = MemoryMarshal.Cast<byte, T>(value.GetTensorMutableRawData());
        var floats = new float[elements.Length];
        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = float.CreateTruncating(elements[i]);
        }

        return floats;
    }
}
