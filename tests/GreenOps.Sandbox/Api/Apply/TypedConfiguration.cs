using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Apply;

/// <summary>
/// What keeps an applied configuration from being read as a value of its type: before anything is merged, its fields
/// must be declared, its values of the right kind, and the items of its keyed lists told apart. The sentences are those of
/// sigs.k8s.io/structured-merge-diff (package typed).
/// </summary>
internal static class TypedConfiguration
{
    /// <summary>All complaints, each with its path, in the order of the paths.</summary>
    public static IReadOnlyList<string> Complaints(JsonObject configuration, StructuralSchema type)
    {
        var complaints = new List<(string Path, string Text)>();
        Visit(configuration, type, "", complaints);
        return [.. complaints.OrderBy(complaint => complaint.Path, StringComparer.Ordinal).Select(complaint => $"{complaint.Path}: {complaint.Text}")];
    }

    private static void Visit(JsonNode? value, StructuralSchema type, string path, List<(string Path, string Text)> complaints)
    {
        if (value is null) return;
        switch (type.Type)
        {
            case "object" when value is not JsonObject:
                complaints.Add((path, $"expected map, got &{{{GoText.Value(value)}}}"));
                break;
            case "array" when value is not JsonArray:
                complaints.Add((path, $"expected list, got &{{{GoText.Value(value)}}}"));
                break;
            case "string" when !value.IsString():
                complaints.Add((path, $"expected string, got &value.valueUnstructured{{Value:{GoText.Syntax(value)}}}"));
                break;
            case "integer" or "number" when !value.IsNumber():
                complaints.Add((path, $"expected numeric (int or float), got {GoText.Type(value)}"));
                break;
            case "boolean" when GoText.Type(value) != "bool":
                complaints.Add((path, $"expected boolean, got &{{{GoText.Value(value)}}}"));
                break;
            default:
                VisitParts(value, type, path, complaints);
                break;
        }
    }

    private static void VisitParts(JsonNode value, StructuralSchema type, string path, List<(string Path, string Text)> complaints)
    {
        if (value is JsonObject obj && type.Type == "object")
        {
            foreach (var (name, field) in obj)
            {
                if (type.Declares(name) || type.AdditionalProperties is not null || type.PreserveUnknown) Visit(field, type.Property(name), $"{path}.{name}", complaints);
                else complaints.Add(($"{path}.{name}", "field not declared in schema"));
            }
        }
        else if (value is JsonArray array && type.Type == "array")
        {
            VisitItems(array, type, path, complaints);
        }
    }

    private static void VisitItems(JsonArray array, StructuralSchema type, string path, List<(string Path, string Text)> complaints)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < array.Count; i++)
        {
            if (type.ListKind == ListKind.Map && array[i] is not JsonObject)
            {
                complaints.Add((path, $"element {i}: associative list with keys may not have non-map elements"));
            }
            else if (type.ListKind == ListKind.Map && TypedFields.ItemElement(array[i], type) == "k:{}")
            {
                var keys = string.Join(' ', type.MapKeys.Select(key => $"\"{key}\""));
                complaints.Add((path, $"element {i}: associative list with keys has an element that omits all key fields [{keys}] (and doesn't have default values for any key fields)"));
            }
            else
            {
                var element = type.ListKind == ListKind.Atomic ? $"[{i}]" : FieldSet.Show(TypedFields.ItemElement(array[i], type));
                if (!seen.Add(element)) complaints.Add((path, $"duplicate entries for key {element}"));
                else Visit(array[i], type.Element, path + element, complaints);
            }
        }
    }
}
