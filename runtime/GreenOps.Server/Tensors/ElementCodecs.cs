using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace GreenOps.Server.Tensors;

/// <summary>How one element of a tensor is read from JSON and written to it.</summary>
internal interface IElementCodec<T>
    where T : unmanaged
{
    /// <summary>Reads the token the reader stands on; false when it is not such an element.</summary>
    static abstract bool TryRead(ref Utf8JsonReader reader, out T value);

    /// <summary>Writes one element.</summary>
    static abstract void Write(Utf8JsonWriter writer, T value);

    /// <summary>The element as a number that can be compared.</summary>
    static abstract double Number(T value);
}

/// <summary><c>true</c> and <c>false</c>.</summary>
internal readonly struct BooleanCodec : IElementCodec<bool>
{
    public static bool TryRead(ref Utf8JsonReader reader, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return value || reader.TokenType == JsonTokenType.False;
    }

    public static void Write(Utf8JsonWriter writer, bool value) => writer.WriteBooleanValue(value);

    public static double Number(bool value) => value ? 1 : 0;
}

/// <summary>Integers without fraction and exponent, within the type's range.</summary>
internal readonly struct IntegerCodec<T> : IElementCodec<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static bool TryRead(ref Utf8JsonReader reader, out T value)
    {
        value = T.Zero;
        return reader.TokenType == JsonTokenType.Number
            && T.TryParse(reader.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    public static void Write(Utf8JsonWriter writer, T value)
    {
        if (typeof(T) == typeof(ulong))
        {
            writer.WriteNumberValue(ulong.CreateTruncating(value));
            return;
        }

        writer.WriteNumberValue(long.CreateTruncating(value));
    }

    public static double Number(T value) => double.CreateTruncating(value);
}

/// <summary>Single precision, by <see cref="FloatParser"/>.</summary>
internal readonly struct SingleCodec : IElementCodec<float>
{
    public static bool TryRead(ref Utf8JsonReader reader, out float value)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return FloatParser.TryParse(reader.ValueSpan, out value);
        }

        var named = NamedNumbers.TryRead(ref reader, out var number);
        value = (float)number;
        return named;
    }

    public static void Write(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
            return;
        }

        NamedNumbers.Write(writer, value);
    }

    public static double Number(float value) => value;
}

/// <summary>Double precision.</summary>
internal readonly struct DoubleCodec : IElementCodec<double>
{
    public static bool TryRead(ref Utf8JsonReader reader, out double value) =>
        reader.TokenType == JsonTokenType.Number
            ? double.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value)
            : NamedNumbers.TryRead(ref reader, out value);

    public static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
            return;
        }

        NamedNumbers.Write(writer, value);
    }

    public static double Number(double value) => value;
}

/// <summary>Half precision.</summary>
internal readonly struct HalfCodec : IElementCodec<Half>
{
    public static bool TryRead(ref Utf8JsonReader reader, out Half value)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return Half.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && Half.IsFinite(value);
        }

        var named = NamedNumbers.TryRead(ref reader, out var number);
        value = (Half)number;
        return named;
    }

    public static void Write(Utf8JsonWriter writer, Half value) => SingleCodec.Write(writer, (float)value);

    public static double Number(Half value) => (double)value;
}

/// <summary>The upper half of a single: its range and an eighth of its digits.</summary>
internal readonly struct BFloat16Codec : IElementCodec<BFloat16>
{
    private const float Largest = 3.3895314e38f;

    public static bool TryRead(ref Utf8JsonReader reader, out BFloat16 value)
    {
        var read = SingleCodec.TryRead(ref reader, out var single);
        value = Nearest(single);
        return read && (reader.TokenType == JsonTokenType.String || Math.Abs(single) <= Largest);
    }

    public static void Write(Utf8JsonWriter writer, BFloat16 value) => SingleCodec.Write(writer, value.ToFloat());

    public static double Number(BFloat16 value) => value.ToFloat();

    /// <summary>Rounds to nearest, ties to even.</summary>
    private static BFloat16 Nearest(float single)
    {
        var bits = BitConverter.SingleToUInt32Bits(single);
        return new BFloat16((ushort)(float.IsNaN(single) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }
}

/// <summary>
/// Not-a-number and the infinities, which JSON has no numbers for: they are the strings that System.Text.Json, and
/// most readers beside it, know as named floating-point literals.
/// </summary>
internal static class NamedNumbers
{
    public static bool TryRead(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        if (reader.ValueTextEquals("NaN"u8))
        {
            value = double.NaN;
        }
        else if (reader.ValueTextEquals("Infinity"u8))
        {
            value = double.PositiveInfinity;
        }
        else if (reader.ValueTextEquals("-Infinity"u8))
        {
            value = double.NegativeInfinity;
        }

        return !double.IsFinite(value);
    }

    public static void Write(Utf8JsonWriter writer, double value) =>
        writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
}
