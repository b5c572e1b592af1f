using System.Text.Json.Nodes;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>Fills in the defaults that a schema declares, nested ones included.</summary>
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
                    // A null stands for "not given" unless the field may really be null.
                    if (!present || (current is null && !property.Nullable)) obj[name] = fallback.DeepClone();
                }
                foreach (var (name, child) in obj) Apply(child, schema.Property(name));
                break;
            case JsonArray array when schema.Items is { } items:
                foreach (var item in array) Apply(item, items);
                break;
        }
    }
}
