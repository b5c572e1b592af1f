using System.Runtime.InteropServices;
using Google.Protobuf;
using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Tensor data in and out of its wire forms: one raw byte string, or one of the typed lists.
/// Raw data is little-endian, as is every platform ONNX Runtime is packaged for.
/// </summary>
internal static class TensorCodec
{
    /// <summary>Checks that the tensor is whole: its shape is possible and its data are as many as the shape says.</summary>
    /// <exception cref="OnnxFormatException">It is not, or its data live in another file.</exception>
    public static void Validate(TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            throw new OnnxFormatException($"The tensor '{tensor.Name}' keeps its data in another file; save the model with its weights inside.");
        var count = ElementCount(tensor);
        var type = (ElementType)tensor.DataType;
        if (StoredBits(type) is not { } bits)
            return;

        // Sub-byte kinds share bytes, and the typed list then counts bytes.
        var expectedBytes = (Int128)count * bits / 8 + ((Int128)count * bits % 8 == 0 ? 0 : 1);
        if (tensor.HasRawData && type != ElementType.String && (tensor.RawData.Length > 0 || TypedCount(tensor, type) == 0))
        {
            if (tensor.RawData.Length != expectedBytes)
                throw new OnnxFormatException($"The tensor '{tensor.Name}' of shape {ShapeOf(tensor)} needs {expectedBytes} bytes of {type} and holds {tensor.RawData.Length}.");
            return;
        }

        var expected = bits < 8 ? expectedBytes : type is ElementType.Complex64 or ElementType.Complex128 ? (Int128)count * 2 : count;
        var held = TypedCount(tensor, type);
        if (held != expected)
            throw new OnnxFormatException($"The tensor '{tensor.Name}' of shape {ShapeOf(tensor)} needs {expected} {type} values and holds {held}.");
    }

    /// <summary>The product of the dimensions; 1 for a scalar.</summary>
    /// <exception cref="OnnxFormatException">A dimension is negative or the product does not fit in 63 bits.</exception>
    public static long ElementCount(TensorProto tensor)
    {
        try
        {
            var count = 1L;
            foreach (var dimension in tensor.Dims)
            {
                if (dimension < 0)
                    throw new OnnxFormatException($"The tensor '{tensor.Name}' has the negative dimension {dimension}.");
                count = checked(count * dimension);
            }

            return count;
        }
        catch (OverflowException e)
        {
            throw new OnnxFormatException($"The tensor '{tensor.Name}' has more elements than can be counted: {ShapeOf(tensor)}.", e);
        }
    }

    /// <summary>Whether <see cref="ReadFloats"/> and <see cref="WriteFloats"/> handle the tensor without loss.</summary>
    public static bool IsFloat(TensorProto tensor) => (ElementType)tensor.DataType is ElementType.Float or ElementType.Float16;

    /// <summary>The elements of a float32 or float16 tensor in row-major order.</summary>
    /// <exception cref="OnnxFormatException">The tensor holds another type.</exception>
    public static float[] ReadFloats(TensorProto tensor)
    {
        switch ((ElementType)tensor.DataType)
        {
            case ElementType.Float:
                return tensor.RawData.IsEmpty ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
            case ElementType.Float16:
                return tensor.RawData.IsEmpty
                    ? [.. tensor.Int32Data.Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))]
                    : Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(tensor.RawData.Span).ToArray(), h => (float)h);
            default:
                throw new OnnxFormatException($"The tensor '{tensor.Name}' holds {(ElementType)tensor.DataType}, not Float or Float16.");
        }
    }

    /// <summary>A tensor of numbers that stands by itself.</summary>
    /// <exception cref="OnnxFormatException">The bytes are none.</exception>
    public static TensorValue Parse(byte[] bytes)
    {
        try
        {
            var tensor = TensorProto.Parser.ParseFrom(bytes);
            Validate(tensor);
            return new(tensor.Name, (ElementType)tensor.DataType, [.. tensor.Dims], RawBytes(tensor));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new OnnxFormatException($"This is not an ONNX tensor, or it is cut short or damaged: {e.Message}", e);
        }
    }

    private static byte[] RawBytes(TensorProto tensor)
    {
        if (tensor.HasRawData)
            return tensor.RawData.ToByteArray();
        return (ElementType)tensor.DataType switch
        {
            ElementType.Float => Bytes<float>([.. tensor.FloatData]),
            ElementType.Double => Bytes<double>([.. tensor.DoubleData]),
            ElementType.Int64 => Bytes<long>([.. tensor.Int64Data]),
            ElementType.UInt64 => Bytes<ulong>([.. tensor.Uint64Data]),
            ElementType.UInt32 => Bytes<uint>([.. tensor.Uint64Data.Select(v => (uint)v)]),
            ElementType.Int32 => Bytes<int>([.. tensor.Int32Data]),
            ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => Bytes<ushort>([.. tensor.Int32Data.Select(v => (ushort)v)]),
            ElementType.Int8 or ElementType.UInt8 or ElementType.Bool => [.. tensor.Int32Data.Select(v => (byte)v)],
            var other => throw new OnnxFormatException($"The tensor '{tensor.Name}' holds {other}, which is no number."),
        };
    }

    private static byte[] Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    /// <summary>The elements of an int64 or int32 tensor; null for another type.</summary>
    public static long[]? TryReadInts(TensorProto tensor) => (ElementType)tensor.DataType switch
    {
        ElementType.Int64 => tensor.RawData.IsEmpty ? [.. tensor.Int64Data] : MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray(),
        ElementType.Int32 => tensor.RawData.IsEmpty ? [.. tensor.Int32Data.Select(v => (long)v)] : Array.ConvertAll(MemoryMarshal.Cast<byte, int>(tensor.RawData.Span).ToArray(), v => (long)v),
        _ => null,
    };

    /// <summary>Replaces the elements of a float32 or float16 tensor, keeping its type and shape. The data become raw.</summary>
    public static void WriteFloats(TensorProto tensor, ReadOnlySpan<float> values)
    {
        if (values.Length != ElementCount(tensor))
            throw new ArgumentException($"The tensor '{tensor.Name}' of shape {ShapeOf(tensor)} takes {ElementCount(tensor)} values, not {values.Length}.", nameof(values));
        tensor.FloatData.Clear();
        tensor.Int32Data.Clear();
        tensor.RawData = (ElementType)tensor.DataType switch
        {
            ElementType.Float => Raw(values),
            ElementType.Float16 => Raw<Half>(Array.ConvertAll(values.ToArray(), v => (Half)v)),
            var other => throw new OnnxFormatException($"The tensor '{tensor.Name}' holds {other}, not Float or Float16."),
        };
    }

    /// <summary>A new tensor with raw data.</summary>
    /// <exception cref="ArgumentException">The data do not fill the shape, or the type has no ONNX counterpart.</exception>
    public static TensorProto Create<T>(string name, ReadOnlySpan<T> values, ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        var tensor = new TensorProto { Name = name, DataType = (int)ElementTypeOf<T>(), RawData = Raw(values) };
        foreach (var dimension in dimensions)
            tensor.Dims.Add(dimension);
        if (ElementCount(tensor) != values.Length)
            throw new ArgumentException($"The tensor '{name}' of shape {ShapeOf(tensor)} takes {ElementCount(tensor)} values, not {values.Length}.", nameof(values));
        return tensor;
    }

    public static string ShapeOf(TensorProto tensor) => $"[{string.Join(", ", tensor.Dims)}]";

    private static ByteString Raw<T>(ReadOnlySpan<T> values)
        where T : unmanaged => ByteString.CopyFrom(MemoryMarshal.AsBytes(values));

    private static ElementType ElementTypeOf<T>() => default(T) switch
    {
        float => ElementType.Float,
        double => ElementType.Double,
        Half => ElementType.Float16,
        byte => ElementType.UInt8,
        sbyte => ElementType.Int8,
        short => ElementType.Int16,
        ushort => ElementType.UInt16,
        int => ElementType.Int32,
        uint => ElementType.UInt32,
        long => ElementType.Int64,
        ulong => ElementType.UInt64,
        bool => ElementType.Bool,
        _ => throw new ArgumentException($"Tensors hold numbers and booleans, not {typeof(T).Name}."),
    };

    /// <summary>Bits an element takes in raw data; null for kinds this version does not know, whose data are left alone.</summary>
    private static int? StoredBits(ElementType type) => type switch
    {
        ElementType.UInt4 or ElementType.Int4 or ElementType.Float4E2M1 => 4,
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 8,
        >= ElementType.Float8E4M3FN and <= ElementType.Float8E5M2FNUZ => 8,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 16,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 32,
        ElementType.Double or ElementType.Int64 or ElementType.UInt64 or ElementType.Complex64 => 64,
        ElementType.Complex128 => 128,
        ElementType.String => 8,
        _ => null,
    };

    private static int TypedCount(TensorProto tensor, ElementType type) => type switch
    {
        ElementType.Float or ElementType.Complex64 => tensor.FloatData.Count,
        ElementType.Double or ElementType.Complex128 => tensor.DoubleData.Count,
        ElementType.Int64 => tensor.Int64Data.Count,
        ElementType.UInt32 or ElementType.UInt64 => tensor.Uint64Data.Count,
        ElementType.String => tensor.StringData.Count,
        _ => tensor.Int32Data.Count,
    };
}
