using System.Text.Json.Nodes;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>Tells whether a live object already is what is desired of it.</summary>
public static class DesiredState
{
    /// <summary>
    /// Whether every field of the desired state stands in the live one with the same value. Fields that only the live
    /// one has are others' business: defaults, or what somebody else owns.
    /// </summary>
    public static bool IsIn(JsonNode? desired, JsonNode? live) => (desired, live) switch
    {
        (null, _) or (JsonArray { Count: 0 }, null) => true,
        // The API server leaves out empty text.
        (JsonValue want, null) => want.TryGetValue<string>(out var text) && text.Length == 0,
        (_, null) => false,
        (JsonObject want, JsonObject have) => want.All(field => field.Value is null || IsIn(field.Value, have[field.Key])),
        (JsonArray { Count: 0 }, JsonArray have) => have.Count == 0,
        (JsonArray want, JsonArray have) => want.All(item => Find(item, want, have)),
        (JsonValue want, JsonValue have) => JsonNode.DeepEquals(want, have) || SameQuantity(want, have),
        _ => false,
    };

    /// <summary>Named entries are found by name wherever they stand; others by position.</summary>
    private static bool Find(JsonNode? item, JsonArray want, JsonArray have)
    {
        if (item is JsonObject entry && Key(entry) is { } key)
        {
            return have.OfType<JsonObject>().Any(candidate => Key(candidate) == key && IsIn(entry, candidate));
        }

        var position = want.IndexOf(item);
        return have.Count == want.Count && IsIn(item, have[position]);
    }

    private static string? Key(JsonObject entry) =>
        (entry["name"] ?? entry["uid"] ?? entry["mountPath"])?.ToString();

    /// <summary>The server writes 1000m as 1: equal amounts are equal.</summary>
    private static bool SameQuantity(JsonValue want, JsonValue have)
    {
        try
        {
            return new ResourceQuantity(want.ToString()).Equals(new ResourceQuantity(have.ToString()));
        }
        catch (Exception error) when (error is FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }
}
