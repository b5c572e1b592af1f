using System.Reflection;
using System.Text.Json.Nodes;
using GreenOps.Api.Schema;

namespace GreenOps.CrdGen.Schemas;

/// <summary>Makes lists with keys maps, so that server-side apply merges them entry by entry and refuses duplicates.</summary>
internal static class ListKeys
{
    /// <summary>Adds the list type and its keys where the property names any.</summary>
    /// <exception cref="SchemaException">A key is not required in the entries, which the API server does not allow.</exception>
    public static void Apply(PropertyInfo property, JsonObject schema)
    {
        if (property.GetCustomAttribute<ListMapKeysAttribute>() is not { } map)
        {
            return;
        }

        var required = schema["items"]?["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToList() ?? [];
        if (map.Keys.FirstOrDefault(key => !required.Contains(key)) is { } missing)
        {
            throw new SchemaException($"{property.DeclaringType}.{property.Name}: the list key '{missing}' must be required in the entries.");
        }

        schema["x-kubernetes-list-type"] = "map";
        schema["x-kubernetes-list-map-keys"] = new JsonArray([.. map.Keys.Select(key => JsonValue.Create(key))]);
    }
}
