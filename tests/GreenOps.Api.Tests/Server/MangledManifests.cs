using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using GreenOps.Api.Tests.Manifests;

namespace GreenOps.Api.Tests.Server;

/// <summary>Sample manifests with some of their fields taken away, repeated, swapped, or given values they should not have.</summary>
internal static class MangledManifests
{
    // Numbers with a fraction of zero are left out: Go reads 1.0 as a float, which matters to nobody.
    private static readonly string?[] Values =
    [
        null, "0", "-1", "1", "1.5", "2147483648", "9007199254740992", "9223372036854775808", "true", "false",
        "\"\"", "\"x\"", "\"0\"", "\"1\"", "\"1.2\"", "\"-1\"", "\"a-\"", "\"2026-01-01T00:00:00Z\"", "\"100m\"", "\"1Gi\"", $"\"{new string('a', 300)}\"",
        "[]", "[1]", "[\"a\"]", "[null]", "[{}]", "[{\"name\":\"a\"},{\"name\":\"a\"}]", "{}", "{\"a\":\"b\"}", "{\"a\":1}", "{\"name\":\"x\"}",
    ];

    /// <summary>Manifests with one to three changes.</summary>
    public static Gen<JsonObject> Generator { get; } =
        from sample in Gen.Elements(Samples.CustomResources().ToArray())
        from changes in Gen.Choose(1, 3)
        from seeds in Gen.Choose(0, int.MaxValue - 1).ArrayOf(4 * changes)
        select Mangle(sample, seeds);

    private static JsonObject Mangle(JsonObject sample, IReadOnlyList<int> seeds)
    {
        var manifest = sample.DeepClone().AsObject();
        foreach (var change in seeds.Chunk(4))
        {
            var places = Places(manifest).ToList();
            if (places.Count == 0)
            {
                break;
            }

            var (parent, key) = places[change[0] % places.Count];
            var other = places[change[1] % places.Count];
            Change(parent, key, change[2] % 5, Values[change[3] % Values.Length], Read(other.Parent, other.Key));
        }

        return manifest;
    }

    private static void Change(JsonNode parent, object key, int kind, string? value, JsonNode? other)
    {
        switch (kind)
        {
            case 0 when parent is JsonObject members:
                members.Remove((string)key);
                break;
            case 0:
                parent.AsArray().RemoveAt((int)key);
                break;
            case 1 when parent is JsonObject members:
                members[$"unknown{value?.Length}"] = Parse(value);
                break;
            case 1:
                parent.AsArray().Add(Read(parent, key)?.DeepClone());
                break;
            case 2:
                Write(parent, key, other?.DeepClone());
                break;
            default:
                Write(parent, key, Parse(value));
                break;
        }
    }

    /// <summary>Every field and item below the root, kind and version aside: those are what the path says.</summary>
    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode? node) => node switch
    {
        JsonObject members => members
            .Where(member => member.Key is not ("apiVersion" or "kind"))
            .SelectMany(member => Places(member.Value).Prepend((members, member.Key))),
        JsonArray items => items.Index().SelectMany(item => Places(item.Item).Prepend((items, item.Index))),
        _ => [],
    };

    private static JsonNode? Parse(string? value) => value is null ? null : JsonNode.Parse(value);

    private static JsonNode? Read(JsonNode parent, object key) => key is string name ? parent[name] : parent[(int)key];

    private static void Write(JsonNode parent, object key, JsonNode? value)
    {
        if (key is string name)
        {
            parent[name] = value;
        }
        else
        {
            parent[(int)key] = value;
        }
    }
}
