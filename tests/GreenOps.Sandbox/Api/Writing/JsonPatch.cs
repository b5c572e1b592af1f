using System.Globalization;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Http;
using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Writing;

/// <summary>JSON patch (RFC 6902).</summary>
internal static class JsonPatch
{
    /// <summary>Applies the operations in order; throws 422 when one cannot be carried out.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonArray operations)
    {
        // The document hangs under a root of its own, so that a patch of the whole document is no special case.
        var root = new JsonObject { [""] = target?.DeepClone() };
        foreach (var operation in operations) Run(root, operation);
        return root[""]?.DeepClone();
    }

    private static void Run(JsonObject root, JsonNode? operation)
    {
        var path = Path(operation, "path");
        switch (operation.String("op"))
        {
            case "add":
                Add(root, path, operation.At("value")?.DeepClone());
                break;
            case "remove":
                Remove(root, path);
                break;
            case "replace":
                Find(root, path);
                Replace(root, path, operation.At("value")?.DeepClone());
                break;
            case "move":
                Add(root, path, Remove(root, Path(operation, "from")));
                break;
            case "copy":
                Add(root, path, Find(root, Path(operation, "from"))?.DeepClone());
                break;
            case "test":
                if (!Find(root, path).Same(operation.At("value"))) throw Refused();
                break;
            default:
                throw ApiStatusException.BadRequest($"invalid operation {operation.ToText()}: unsupported operation");
        }
    }

    private static string[] Path(JsonNode? operation, string name)
    {
        var pointer = operation.String(name) ?? throw Refused();
        return [.. pointer.Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Find(JsonNode root, string[] path)
    {
        JsonNode? node = root;
        foreach (var step in path)
        {
            node = node switch
            {
                JsonObject obj when obj.TryGetPropertyValue(step, out var value) => value,
                JsonArray array when Index(step) is var index && index < array.Count => array[index],
                _ => throw Refused(),
            };
        }
        return node;
    }

    private static void Add(JsonNode root, string[] path, JsonNode? value)
    {
        switch (Find(root, path[..^1]))
        {
            case JsonObject obj:
                obj[path[^1]] = value;
                break;
            case JsonArray array:
                var index = path[^1] == "-" ? array.Count : Index(path[^1]);
                if (index > array.Count) throw Refused();
                array.Insert(index, value);
                break;
            default:
                throw Refused();
        }
    }

    private static void Replace(JsonNode root, string[] path, JsonNode? value)
    {
        var parent = Find(root, path[..^1]);
        if (parent is JsonArray array) array[Index(path[^1])] = value;
        else ((JsonObject)parent!)[path[^1]] = value;
    }

    private static JsonNode? Remove(JsonNode root, string[] path)
    {
        var value = Find(root, path);
        var parent = Find(root, path[..^1]);
        if (parent is JsonArray array) array.RemoveAt(Index(path[^1]));
        else ((JsonObject)parent!).Remove(path[^1]);
        return value;
    }

    private static int Index(string step) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : throw Refused();

    /// <summary>As the real server, which keeps the cause to itself.</summary>
    private static ApiStatusException Refused() => new(422, "Invalid", "the server rejected our request due to an error in our request", []);
}
