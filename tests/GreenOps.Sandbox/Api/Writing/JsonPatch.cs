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
                if (!Find(root, path).Same(operation.At("value"))) throw Refuse($"testing value {Show(path)} failed");
                break;
            default:
                throw Refuse($"unexpected kind: {operation.String("op") ?? "unknown"}");
        }
    }

    private static string[] Path(JsonNode? operation, string name)
    {
        var pointer = operation.String(name) ?? throw Refuse($"operation has no {name}");
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
                _ => throw Refuse($"the path {Show(path)} does not exist"),
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
                if (index > array.Count) throw Refuse($"add operation does not apply: the index {index} of {Show(path)} is out of bounds");
                array.Insert(index, value);
                break;
            default:
                throw Refuse($"add operation does not apply: doc is missing path: \"{Show(path)}\": missing value");
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
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : throw Refuse($"\"{step}\" is no list index");

    private static string Show(string[] path) => string.Join('/', path);

    /// <summary>The real server keeps the cause to itself; here it goes into the details.</summary>
    private static ApiStatusException Refuse(string why) =>
        new(422, "Invalid", "the server rejected our request due to an error in our request", new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = why }) });
}
