using System.Text.Json;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>A page as the API server writes it.</summary>
/// <param name="Metadata">Where the page stands in the list.</param>
/// <param name="Items">What could be read of each object; null where the server says null for none.</param>
internal sealed record ListText<T>(
    [property: JsonPropertyName("metadata"), JsonRequired] V1ListMeta Metadata,
    [property: JsonPropertyName("items")] IReadOnlyList<ListItem<T>>? Items)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>How to read one.</summary>
    /// <param name="settings">What is kept of each object: the rest is let go of before the next one is read.</param>
    public static JsonSerializerOptions Options(CacheSettings<T> settings) => new(SharedText.Options) { Converters = { new ListItemReader<T>(settings) } };
}

/// <summary>One object of a page: itself, or why it cannot be read.</summary>
internal readonly record struct ListItem<T>(T? Entity, Unreadable? Unreadable)
    where T : class, IKubernetesObject<V1ObjectMeta>;

/// <summary>Reads one object at a time, so that one that does not fit its type does not hide the others.</summary>
internal sealed class ListItemReader<T>(CacheSettings<T> settings) : JsonConverter<ListItem<T>>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public override ListItem<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var again = reader;
        try
        {
            return new(settings.Kept(JsonSerializer.Deserialize<T>(ref reader, SharedText.Options)!), null);
        }
        // Whatever a type's converters throw.
        catch (Exception error)
        {
            using var document = JsonDocument.ParseValue(ref again);
            reader = again;
            return new(null, Unreadable.Of(document.RootElement, error));
        }
    }

    public override void Write(Utf8JsonWriter writer, ListItem<T> value, JsonSerializerOptions options) => throw new NotSupportedException();
}
