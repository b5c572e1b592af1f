using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Apply;
using GreenOps.Sandbox.Api.Cel;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>Runs the validation rules of a schema over a value, and the transition rules over what can be compared with its former value.</summary>
internal static class RuleValidator
{
    /// <summary>The complaints of all rules.</summary>
    /// <param name="value">The value; it satisfies its schema's types.</param>
    /// <param name="old">The value before an update; null when there was none.</param>
    /// <param name="schema">The type.</param>
    public static IReadOnlyList<FieldError> Check(JsonNode? value, JsonNode? old, StructuralSchema schema)
    {
        var errors = new List<FieldError>();
        Check(value, old, schema, "", errors);
        return errors;
    }

    private static void Check(JsonNode? value, JsonNode? old, StructuralSchema schema, string path, List<FieldError> errors)
    {
        if (value is null || !schema.HasRules) return;
        if (schema.Rules.Count > 0)
        {
            var scope = CelScope.Empty.With("self", CelValue.FromJson(value));
            if (old is not null) scope = scope.With("oldSelf", CelValue.FromJson(old));
            errors.AddRange(schema.Rules.Where(rule => old is not null || !rule.IsTransition).Select(rule => rule.Check(value, scope, path)).OfType<FieldError>());
        }
        if (value is JsonObject obj)
        {
            foreach (var (name, child) in obj) Check(child, (old as JsonObject)?[name], schema.Property(name), path.Length == 0 ? name : $"{path}.{name}", errors);
        }
        else if (value is JsonArray array)
        {
            var former = Former(old, schema);
            for (var i = 0; i < array.Count; i++)
                Check(array[i], former.GetValueOrDefault(TypedFields.ItemElement(array[i], schema)), schema.Element, $"{path}[{i}]", errors);
        }
    }

    /// <summary>Only the items of a keyed list can be told to be the same ones as before.</summary>
    private static Dictionary<string, JsonNode?> Former(JsonNode? old, StructuralSchema schema)
    {
        var items = new Dictionary<string, JsonNode?>();
        if (schema.ListKind != ListKind.Map) return items;
        foreach (var item in old as JsonArray ?? []) items[TypedFields.ItemElement(item, schema)] = item;
        return items;
    }
}
