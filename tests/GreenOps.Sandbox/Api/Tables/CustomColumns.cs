using System.Text.Json;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Tables;

/// <summary>The columns that a custom resource definition asks for.</summary>
internal static class CustomColumns
{
    private const string NameDescription =
        "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. "
        + "Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. "
        + "More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

    private static readonly Column Name = new("Name", "string", obj => obj.Name(), Format: "name", Description: NameDescription);

    /// <summary>The name, then the declared columns; the age where none are declared.</summary>
    public static IReadOnlyList<Column> Of(CustomResource custom, TimeProvider clock)
    {
        if (custom.PrinterColumns.Count == 0)
            return [Name, new("Age", "date", obj => HumanTime.Since(obj.At("metadata", "creationTimestamp"), clock), Description: "CreationTimestamp is a timestamp representing the server time when this object was created.")];
        return [Name, .. custom.PrinterColumns.Select(column => Read(column, clock))];
    }

    private static Column Read(JsonObject column, TimeProvider clock)
    {
        var path = JsonPath.Parse(column.String("jsonPath") ?? "");
        var type = column.String("type") ?? "string";
        return new(
            column.String("name") ?? "", type, obj => Cell(path.Evaluate(obj), type, clock), (int)(column.Long("priority") ?? 0),
            column.String("format") ?? "", column.String("description") ?? $"Custom resource definition column (in JSONPath format): {column.String("jsonPath")}");
    }

    private static JsonNode? Cell(IReadOnlyList<JsonNode?> found, string type, TimeProvider clock)
    {
        if (found is not [{ } value, ..]) return null;
        return type switch
        {
            "date" => HumanTime.Since(value, clock),
            "string" => value.IsString() ? value.DeepClone() : value.ToText(),
            "integer" => value is JsonValue integer && integer.TryLong(out var number) ? number : null,
            "number" => value.IsNumber() ? value.DeepClone() : null,
            "boolean" => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value.DeepClone() : null,
            _ => null,
        };
    }
}
