using System.Text;
using Google.Protobuf;
using GreenOps.Onnx.Proto;
using static GreenOps.Onnx.Proto.AttributeProto.Types;

namespace GreenOps.Onnx;

/// <summary>A node attribute's value: an integer, a float, a text, or a list of one of them. Converts implicitly from each.</summary>
public sealed class AttributeValue
{
    private readonly AttributeProto _proto;

    private AttributeValue(AttributeProto proto) => _proto = proto;

    /// <summary>An integer attribute.</summary>
    public static AttributeValue FromInt64(long value) => new(new() { Type = AttributeType.Int, I = value });

    /// <summary>A float attribute.</summary>
    public static AttributeValue FromSingle(float value) => new(new() { Type = AttributeType.Float, F = value });

    /// <summary>A text attribute.</summary>
    public static AttributeValue FromString(string value) => new(new() { Type = AttributeType.String, S = ByteString.CopyFrom(value, Encoding.UTF8) });

    /// <summary>A list of integers.</summary>
    public static AttributeValue FromInt64s(params IEnumerable<long> values) => new(new() { Type = AttributeType.Ints, Ints = { values } });

    /// <summary>A list of floats.</summary>
    public static AttributeValue FromSingles(params IEnumerable<float> values) => new(new() { Type = AttributeType.Floats, Floats = { values } });

    /// <summary>A list of texts.</summary>
    public static AttributeValue FromStrings(params IEnumerable<string> values) =>
        new(new() { Type = AttributeType.Strings, Strings = { values.Select(v => ByteString.CopyFrom(v, Encoding.UTF8)) } });

    /// <inheritdoc cref="FromInt64"/>
    public static implicit operator AttributeValue(long value) => FromInt64(value);

    /// <inheritdoc cref="FromSingle"/>
    public static implicit operator AttributeValue(float value) => FromSingle(value);

    /// <inheritdoc cref="FromString"/>
    public static implicit operator AttributeValue(string value) => FromString(value);

    /// <inheritdoc cref="FromInt64s"/>
    public static implicit operator AttributeValue(long[] values) => FromInt64s(values);

    /// <inheritdoc cref="FromSingles"/>
    public static implicit operator AttributeValue(float[] values) => FromSingles(values);

    /// <inheritdoc cref="FromStrings"/>
    public static implicit operator AttributeValue(string[] values) => FromStrings(values);

    internal AttributeProto ToProto(string name)
    {
        var proto = _proto.Clone();
        proto.Name = name;
        return proto;
    }
}
