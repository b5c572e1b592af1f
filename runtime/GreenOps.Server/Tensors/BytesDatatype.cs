using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using GreenOps.Server.Protocol;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GreenOps.Server.Tensors;

/// <summary>
/// Strings of any bytes. In memory each has its length before it, four bytes little-endian: the form in which the
/// protocol's binary extension and its raw contents send them. In JSON they are strings.
/// </summary>
internal sealed class BytesDatatype() : TensorDatatype("BYTES", TensorElementType.String, PrefixBytes)
{
    /// <summary>Bytes of the length before every element.</summary>
    public const int PrefixBytes = sizeof(int);

    /// <summary>Appends an element.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="element">Its bytes.</param>
    public static void Append(PooledBuffer buffer, ReadOnlySpan<byte> element)
    {
        var place = buffer.GetSpan(PrefixBytes + element.Length);
        BinaryPrimitives.WriteInt32LittleEndian(place, element.Length);
        element.CopyTo(place[PrefixBytes..]);
        buffer.Advance(PrefixBytes + element.Length);
    }

    /// <summary>Takes the next element off the front.</summary>
    /// <param name="data">Elements with their lengths; behind the element afterwards.</param>
    /// <param name="element">The element's bytes.</param>
    /// <returns>False when there is no whole element.</returns>
    public static bool TryTake(ref ReadOnlySpan<byte> data, out ReadOnlySpan<byte> element)
    {
        element = default;
        if (!BinaryPrimitives.TryReadInt32LittleEndian(data, out var length) || length < 0 || length > data.Length - PrefixBytes)
        {
            return false;
        }

        element = data.Slice(PrefixBytes, length);
        data = data[(PrefixBytes + length)..];
        return true;
    }

    /// <inheritdoc/>
    public override Tensor? TryReadTensor(ref Utf8JsonReader reader, string name, long[] shape, int expected, out int elements)
    {
        using var buffer = new PooledBuffer();
        var depth = reader.CurrentDepth;
        elements = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                if (reader.CurrentDepth == depth)
                {
                    return new Tensor(name, this, shape, buffer);
                }
            }
            else if (reader.TokenType != JsonTokenType.StartArray)
            {
                if (reader.TokenType != JsonTokenType.String)
                {
                    return null;
                }

                if (elements < expected)
                {
                    Append(buffer, ref reader);
                }

                elements++;
            }
        }

        throw new JsonException("The array does not end.");
    }

    /// <inheritdoc/>
    public override bool Holds(ReadOnlySpan<byte> data, long elements)
    {
        while (elements > 0 && TryTake(ref data, out _))
        {
            elements--;
        }

        return elements == 0 && data.IsEmpty;
    }

    /// <inheritdoc/>
    public override double[]? Numbers(ReadOnlySpan<byte> data) => null;

    /// <inheritdoc/>
    public override void WriteArray(Utf8JsonWriter writer, ReadOnlySpan<byte> data)
    {
        writer.WriteStartArray();
        while (TryTake(ref data, out var element))
        {
            if (!Utf8.IsValid(element))
            {
                throw ProtocolException.BadRequest("An output holds bytes that are no UTF-8 text, and JSON has no form for them; ask for it as binary data.");
            }

            writer.WriteStringValue(element);
        }

        writer.WriteEndArray();
    }

    /// <summary>Appends the string that the reader stands on, its escapes resolved.</summary>
    private static void Append(PooledBuffer buffer, ref Utf8JsonReader reader)
    {
        var place = buffer.GetSpan(PrefixBytes + reader.ValueSpan.Length);
        var length = reader.CopyString(place[PrefixBytes..]);
        BinaryPrimitives.WriteInt32LittleEndian(place, length);
        buffer.Advance(PrefixBytes + length);
    }
}
