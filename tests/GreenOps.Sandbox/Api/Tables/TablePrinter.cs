using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Tables;

/// <summary>One printed column: its heading, its type and how to fill it.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Type">The OpenAPI type of the cells.</param>
/// <param name="Cell">Fills one cell.</param>
/// <param name="Priority">0 for the normal view; 1 for <c>-o wide</c> only.</param>
/// <param name="Format">The OpenAPI format; <c>name</c> marks the object's name.</param>
/// <param name="Description">What the column shows.</param>
internal sealed record Column(string Name, string Type, Func<JsonObject, JsonNode?> Cell, int Priority = 0, string Format = "", string Description = "");

/// <summary>Prints objects as the rows that <c>kubectl get</c> shows.</summary>
internal sealed class TablePrinter(TimeProvider clock)
{
    private readonly BuiltInColumns builtIn = new(clock);

    /// <summary>Builds a meta.k8s.io/v1 Table.</summary>
    /// <param name="type">The kind of the objects.</param>
    /// <param name="objects">The rows.</param>
    /// <param name="meta">The list's metadata.</param>
    /// <param name="includeObject"><c>None</c>, <c>Metadata</c> or <c>Object</c>: what each row carries beside its cells.</param>
    /// <param name="withColumns">Whether to describe the columns.</param>
    public JsonObject Table(ResourceType type, IEnumerable<JsonObject> objects, JsonObject meta, string includeObject, bool withColumns = true)
    {
        var columns = type.Custom is { } custom ? CustomColumns.Of(custom, clock) : builtIn.Of(type);
        return new()
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = meta.DeepClone(),
            ["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Select(Describe)]) : [],
            ["rows"] = new JsonArray([.. objects.Select(obj => Row(obj, columns, includeObject))]),
        };
    }

    private static JsonNode Describe(Column column) => new JsonObject
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };

    private static JsonNode Row(JsonObject obj, IReadOnlyList<Column> columns, string includeObject)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Select(column => column.Cell(obj))]) };
        if (includeObject == "Object") row["object"] = obj.DeepClone();
        else if (includeObject == "None") row["object"] = null;
        else row["object"] = new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = obj["metadata"]?.DeepClone() };
        return row;
    }
}
