using System.Text.Json.Nodes;

namespace GreenOps.Operator.Desired;

/// <summary>Reads the field sets (<c>fieldsV1</c>) of an object's managed fields, structured-merge-diff version 1.</summary>
public static class FieldSet
{
    /// <summary>Whether a field set holds a field that the desired object does not.</summary>
    /// <param name="fields">A <c>fieldsV1</c> object: <c>f:name</c> is a field, <c>k:{...}</c> a list entry by key, <c>v:...</c> a set's value.</param>
    /// <param name="desired">The desired object, or the part of it that the set speaks of.</param>
    public static bool HasMore(JsonNode? fields, JsonNode? desired)
    {
        if (fields is not JsonObject set)
        {
            return false;
        }

        foreach (var (key, inner) in set)
        {
            if (key == ".")
            {
                continue;
            }

            var part = Part(key, desired);
            if (part is null || HasMore(inner, part))
            {
                return true;
            }
        }

        return false;
    }

    private static JsonNode? Part(string key, JsonNode? desired) => key.AsSpan(0, 2) switch
    {
        "f:" => (desired as JsonObject)?[key[2..]],
        "k:" => (desired as JsonArray)?.FirstOrDefault(item => Matches(JsonNode.Parse(key[2..]) as JsonObject, item as JsonObject)),
        "v:" => (desired as JsonArray)?.FirstOrDefault(item => JsonNode.DeepEquals(item, JsonNode.Parse(key[2..]))),
        _ => desired,
    };

    /// <summary>A key that the desired entry leaves to its default, such as a port's protocol, matches.</summary>
    private static bool Matches(JsonObject? key, JsonObject? item) =>
        key is not null && item is not null && key.All(field => item[field.Key] is null || JsonNode.DeepEquals(item[field.Key], field.Value));
}
