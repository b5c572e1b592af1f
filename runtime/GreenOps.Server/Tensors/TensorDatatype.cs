using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using GreenOps.Server.Protocol;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Server.Tensors;

/// <summary>A datatype of the Open Inference Protocol and the ONNX element type it stands for.</summary>
internal abstract class TensorDatatype
{
    private const int LongestQuote = 40;

    /// <summary>Strings of any bytes.</summary>
    public static readonly TensorDatatype Bytes = new BytesDatatype();

    /// <summary>Every datatype the server takes.</summary>
    public static readonly IReadOnlyList<TensorDatatype> All =
    [
        new TensorDatatype<bool, BooleanCodec>("BOOL", TensorElementType.Bool),
        new TensorDatatype<byte, IntegerCodec<byte>>("UINT8", TensorElementType.UInt8),
        new TensorDatatype<ushort, IntegerCodec<ushort>>("UINT16", TensorElementType.UInt16),
        new TensorDatatype<uint, IntegerCodec<uint>>("UINT32", TensorElementType.UInt32),
        new TensorDatatype<ulong, IntegerCodec<ulong>>("UINT64", TensorElementType.UInt64),
        new TensorDatatype<sbyte, IntegerCodec<sbyte>>("INT8", TensorElementType.Int8),
        new TensorDatatype<short, IntegerCodec<short>>("INT16", TensorElementType.Int16),
        new TensorDatatype<int, IntegerCodec<int>>("INT32", TensorElementType.Int32),
        new TensorDatatype<long, IntegerCodec<long>>("INT64", TensorElementType.Int64),
        new TensorDatatype<Half, HalfCodec>("FP16", TensorElementType.Float16),
        new TensorDatatype<BFloat16, BFloat16Codec>("BF16", TensorElementType.BFloat16),
        new TensorDatatype<float, SingleCodec>("FP32", TensorElementType.Float),
        new TensorDatatype<double, DoubleCodec>("FP64", TensorElementType.Double),
        Bytes,
    ];

    private protected TensorDatatype(string name, TensorElementType elementType, int elementBytes)
    {
        Name = name;
        ElementType = elementType;
        ElementBytes = elementBytes;
    }

    /// <summary>Name in the protocol, for example <c>FP32</c>.</summary>
    public string Name { get; }

    /// <summary>The ONNX element type.</summary>
    public TensorElementType ElementType { get; }

    /// <summary>Whether the elements are fractions.</summary>
    public bool IsFraction => ElementType is TensorElementType.Float16 or TensorElementType.BFloat16 or TensorElementType.Float or TensorElementType.Double;

    /// <summary>Bytes of one element; of a string, of its length, so that zeros are empty strings.</summary>
    public int ElementBytes { get; }

    /// <summary>The datatype of a protocol name; null when there is none.</summary>
    public static TensorDatatype? Find(string name) => All.FirstOrDefault(datatype => datatype.Name == name);

    /// <summary>The datatype that a request names.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="place">Where it stands, for the sentence.</param>
    /// <exception cref="ProtocolException">400: there is none of that name.</exception>
    public static TensorDatatype Named(string name, string place) => Find(name)
        ?? throw ProtocolException.BadRequest(
            $"{place}.datatype is '{(name.Length <= LongestQuote ? name : $"{name[..LongestQuote]}...")}'; it must be one of {string.Join(", ", All.Select(datatype => datatype.Name))}.");

    /// <summary>The datatype of an ONNX element type; null for the formats that only weights have.</summary>
    public static TensorDatatype? Find(TensorElementType elementType) => All.FirstOrDefault(datatype => datatype.ElementType == elementType);

    /// <summary>
    /// Reads a tensor from a JSON array, nested in any way, in the order in which its elements are written. Elements
    /// beyond those expected are checked and counted but not stored.
    /// </summary>
    /// <param name="reader">Stands on the array's opening bracket, and afterwards on its closing one or on the element at fault.</param>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="expected">Elements that the shape promises, as far as the text can hold them.</param>
    /// <param name="elements">How many elements were read.</param>
    /// <returns>The tensor; null when an element is not of this datatype.</returns>
    public abstract Tensor? TryReadTensor(ref Utf8JsonReader reader, string name, long[] shape, int expected, out int elements);

    /// <summary>Whether some bytes, in native byte order, are as many elements as a shape promises.</summary>
    public abstract bool Holds(ReadOnlySpan<byte> data, long elements);

    /// <summary>The elements as numbers that can be compared; null where they are none.</summary>
    public abstract double[]? Numbers(ReadOnlySpan<byte> data);

    /// <summary>Writes elements as one flat JSON array.</summary>
    /// <exception cref="ProtocolException">400: an element has no JSON form.</exception>
    public abstract void WriteArray(Utf8JsonWriter writer, ReadOnlySpan<byte> data);
}

/// <summary>A datatype with its representation in memory and its JSON codec.</summary>
internal sealed class TensorDatatype<T, TCodec>(string name, TensorElementType elementType)
    : TensorDatatype(name, elementType, Unsafe.SizeOf<T>())
    where T : unmanaged
    where TCodec : IElementCodec<T>
{
    public override Tensor? TryReadTensor(ref Utf8JsonReader reader, string name, long[] shape, int expected, out int elements)
    {
        var tensor = new Tensor(name, this, shape, expected);
        try
        {
            if (TryReadArray(ref reader, tensor.Data.Span, out elements))
            {
                return tensor;
            }
        }
        catch
        {
            tensor.Dispose();
            throw;
        }

        tensor.Dispose();
        return null;
    }

    public override bool Holds(ReadOnlySpan<byte> data, long elements) =>
        data.Length % ElementBytes == 0 && data.Length / ElementBytes == elements;

    public override double[]? Numbers(ReadOnlySpan<byte> data)
    {
        var elements = MemoryMarshal.Cast<byte, T>(data);
        var numbers = new double[elements.Length];
        for (var index = 0; index < numbers.Length; index++)
        {
            numbers[index] = TCodec.Number(elements[index]);
        }

        return numbers;
    }

    public override void WriteArray(Utf8JsonWriter writer, ReadOnlySpan<byte> data)
    {
        writer.WriteStartArray();
        foreach (var value in MemoryMarshal.Cast<byte, T>(data))
        {
            TCodec.Write(writer, value);
        }

        writer.WriteEndArray();
    }

    private static bool TryReadArray(ref Utf8JsonReader reader, Span<byte> destination, out int elements)
    {
        var target = MemoryMarshal.Cast<byte, T>(destination);
        var depth = reader.CurrentDepth;
        elements = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                if (reader.CurrentDepth == depth)
                {
                    return true;
                }
            }
            else if (reader.TokenType != JsonTokenType.StartArray)
            {
                if (!TCodec.TryRead(ref reader, out var value))
                {
                    return false;
                }

                if (elements < target.Length)
                {
                    target[elements] = value;
                }

                elements++;
            }
        }

        throw new JsonException("The array does not end.");
    }
}
