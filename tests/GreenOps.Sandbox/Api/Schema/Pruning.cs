using System.Text.Json.Nodes;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>Removes the fields that a schema does not know, and says which they were.</summary>
internal static class Pruning
{
    /// <summary>The items of a list that stands where the schema has none: nothing in them is known.</summary>
    private static readonly StructuralSchema Nothing = new();

    /// <summary>Prunes a value in place.</summary>
    /// <returns>The removed fields' paths, in the order Kubernetes reports them (sorted).</returns>
    public static IReadOnlyList<string> Apply(JsonObject value, StructuralSchema schema)
    {
        var removed = new List<string>();
        Visit(value, schema, "", removed);
        removed.Sort(StringComparer.Ordinal);
        return removed;
    }

    private static void Visit(JsonNode? value, StructuralSchema schema, string path, List<string> removed)
    {
        switch (value)
        {
            case JsonObject obj:
                if (!schema.PreserveUnknown && schema.AdditionalProperties is null)
                {
                    foreach (var name in obj.Select(field => field.Key).Where(name => !Knows(schema, name)).ToList())
                    {
                        obj.Remove(name);
                        removed.Add(Join(path, name));
                    }
                }
                foreach (var (name, child) in obj)
                {
                    if (schema.EmbeddedResource && name == "metadata") Visit(child, BuiltInSchemas.Metadata, Join(path, name), removed);
                    else Visit(child, schema.Property(name), Join(path, name), removed);
                }
                break;
            case JsonArray array:
                for (var i = 0; i < array.Count; i++) Visit(array[i], schema.Items ?? (schema.PreserveUnknown ? StructuralSchema.Unknown : Nothing), $"{path}[{i}]", removed);
                break;
        }
    }

    private static bool Knows(StructuralSchema schema, string name) =>
        schema.Declares(name) || (schema.EmbeddedResource && name is ("apiVersion" or "kind" or "metadata"));

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
