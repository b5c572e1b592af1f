using System.Text.Json.Nodes;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>Fills in the defaults that a schema declares, nested ones included, and drops nulls that mean nothing.</summary>
internal static class Defaulting
{
    /// <summary>Adds defaults to a value in place.</summary>
    public static void Apply(JsonNode? value, StructuralSchema schema)
    {
        switch (value)
        {
            case JsonObject obj:
                foreach (var (name, property) in schema.Properties)
                {
                    if (property.Default is not { } fallback) continue;
                    var present = obj.TryGetPropertyValue(name, out var current);
                    if (!present || (current is null && !property.Nullable)) obj[name] = fallback.DeepClone();
                }
                DropNulls(obj, schema);
                foreach (var (name, child) in obj) Apply(child, schema.Property(name));
                break;
            case JsonArray array when schema.Items is { } items:
                foreach (var item in array) Apply(item, items);
                break;
        }
    }

    /// <summary>A null stands for "not given" unless the field may really be null.</summary>
    private static void DropNulls(JsonObject obj, StructuralSchema schema)
    {
        foreach (var name in obj.Where(field => field.Value is null).Select(field => field.Key).ToList())
        {
            var type = schema.Property(name);
            if (!type.Nullable && !type.PreserveUnknown) obj.Remove(name);
        }
    }
}
