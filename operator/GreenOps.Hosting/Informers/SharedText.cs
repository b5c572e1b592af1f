using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommunityToolkit.HighPerformance.Buffers;
using k8s;

namespace GreenOps.Hosting;

/// <summary>Reads a text that occurs again and again, as most in a cache do, into one string.</summary>
internal sealed class SharedText : JsonConverter<string>
{
    private const int LongestBytes = 128;
    private static readonly StringPool Pool = new(8192);

    /// <summary>The client's own options, with texts and parts shared.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
        && !reader.HasValueSequence && !reader.ValueIsEscaped && reader.ValueSpan.Length <= LongestBytes
            ? Pool.GetOrAdd(reader.ValueSpan, Encoding.UTF8)
            : reader.GetString();

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options)!;

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private static JsonSerializerOptions Make()
    {
        JsonSerializerOptions? copy = null;
        // The client shows its options to nobody but who would add to them.
        KubernetesJson.AddJsonOptions(options => copy = new JsonSerializerOptions(options));
        copy!.Converters.Add(new SharedText());
        var options = new JsonSerializerOptions(copy);
        foreach (var part in SharedParts.Of(copy))
            options.Converters.Add(part);
        return options;
    }
}
