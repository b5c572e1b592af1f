using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GreenOps.Sandbox.Api.Objects;

/// <summary>Short ways to read and write JSON trees.</summary>
internal static class JsonHelpers
{
    /// <summary>Kubernetes does not escape non-ASCII text in its answers.</summary>
    public static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object under a path of property names, or null when any step is absent or no object.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            if (node is not JsonObject obj || !obj.TryGetPropertyValue(step, out node)) return null;
        }
        return node;
    }

    public static JsonObject? Object(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static JsonArray? Array(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonArray;

    public static string? String(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static bool? Bool(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path)?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static long? Long(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryLong(out var number) ? number : null;

    /// <summary>Reads any JSON number without a fraction; a tree built in memory may hold an int, a parsed one holds text.</summary>
    public static bool TryLong(this JsonValue value, out long number)
    {
        number = 0;
        if (value.GetValueKind() != JsonValueKind.Number) return false;
        var text = value.ToJsonString();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)) return true;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) || real != Math.Floor(real) || Math.Abs(real) > 1e15) return false;
        number = (long)real;
        return true;
    }

    public static double Number(this JsonValue value) => double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    public static bool IsNumber(this JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number;

    /// <summary>Whether Go's JSON reader makes an integer of it: a number written without fraction and exponent, of 64 bits.</summary>
    public static bool IsInteger(this JsonNode? node) =>
        node.IsNumber() && node!.ToJsonString() is var text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    public static bool IsString(this JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;

    /// <summary>The object under a property, created when absent or null.</summary>
    public static JsonObject Ensure(this JsonObject obj, string name)
    {
        if (obj[name] is JsonObject existing) return existing;
        var created = new JsonObject();
        obj[name] = created;
        return created;
    }

    /// <summary>Sets a property, or removes it when the value is null.</summary>
    public static void SetOrRemove(this JsonObject obj, string name, JsonNode? value)
    {
        if (value is null) obj.Remove(name);
        else obj[name] = value;
    }

    /// <summary>Sets a property that has no value yet.</summary>
    public static void Default(this JsonObject obj, string name, JsonNode value)
    {
        if (obj[name] is null) obj[name] = value;
    }

    public static JsonObject Copy(this JsonObject obj) => (JsonObject)obj.DeepClone();

    public static byte[] ToUtf8(this JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Relaxed);

    public static string ToText(this JsonNode? node) => node?.ToJsonString(Relaxed) ?? "null";

    /// <summary>Compares two trees; an absent tree equals a null one.</summary>
    public static bool Same(this JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(left, right);

    public static IEnumerable<string> Strings(this JsonArray? array) =>
        array is null ? [] : array.Where(item => item.IsString()).Select(item => item!.GetValue<string>());

    public static JsonArray ToJsonArray(this IEnumerable<string> values) => [.. values.Select(value => (JsonNode)value)];
}
