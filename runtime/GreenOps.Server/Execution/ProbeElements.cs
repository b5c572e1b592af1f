using System.Runtime.InteropServices;
using GreenOps.Server.Tensors;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Server.Execution;

/// <summary>Elements to try a model with, and how near two of its answers are.</summary>
internal static class ProbeElements
{
    /// <summary>Fills with fractions from 0 to 1, or with zeros and ones where the elements are no fractions.</summary>
    public static void Fill(TensorDatatype datatype, Span<byte> data, Random random)
    {
        data.Clear();
        switch (datatype.ElementType)
        {
            case TensorElementType.Float:
                Draw(MemoryMarshal.Cast<byte, float>(data), random.NextSingle);
                break;
            case TensorElementType.Double:
                Draw(MemoryMarshal.Cast<byte, double>(data), random.NextDouble);
                break;
            case TensorElementType.Float16:
                Draw(MemoryMarshal.Cast<byte, Half>(data), () => (Half)random.NextSingle());
                break;
            case TensorElementType.BFloat16:
                Draw(MemoryMarshal.Cast<byte, ushort>(data), () => (ushort)(BitConverter.SingleToUInt32Bits(random.NextSingle()) >> 16));
                break;
            case TensorElementType.String:
                // Zeros are empty strings.
                break;
            default:
                for (var element = 0; element < data.Length; element += datatype.ElementBytes)
                {
                    data[element] = (byte)random.Next(2);
                }

                break;
        }
    }

    /// <summary>Whether all elements of two answers are near: kernels may add in another order when there are more rows.</summary>
    public static bool AreClose(TensorDatatype datatype, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, double tolerance) => datatype.ElementType switch
    {
        TensorElementType.Float => AreClose(MemoryMarshal.Cast<byte, float>(left), MemoryMarshal.Cast<byte, float>(right), value => value, tolerance),
        TensorElementType.Double => AreClose(MemoryMarshal.Cast<byte, double>(left), MemoryMarshal.Cast<byte, double>(right), value => value, tolerance),
        TensorElementType.Float16 => AreClose(MemoryMarshal.Cast<byte, Half>(left), MemoryMarshal.Cast<byte, Half>(right), value => (double)value, tolerance),
        _ => left.SequenceEqual(right),
    };

    private static void Draw<T>(Span<T> target, Func<T> next)
    {
        foreach (ref var element in target)
        {
            element = next();
        }
    }

    private static bool AreClose<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Func<T, double> number, double tolerance)
    {
        for (var index = 0; index < left.Length; index++)
        {
            var (a, b) = (number(left[index]), number(right[index]));
            if (a.Equals(b) || Math.Abs(a - b) <= tolerance * (1 + Math.Abs(a)))
            {
                continue;
            }

            return false;
        }

        return left.Length == right.Length;
    }
}
