using System.Text.Json.Nodes;
using GreenOps.Sandbox.Manifests;

namespace GreenOps.Chart.Tests.Rendering;

public sealed class DocumentationTests
{
    private static readonly JsonObject Values = YamlDocuments.Read(Path.Join(Repository.Chart, "values.yaml"))[0];

    [Fact]
    public void Every_value_has_a_row_in_the_README()
    {
        var readme = File.ReadAllText(Path.Join(Repository.Chart, "README.md"));

        Assert.All(Leaves(Values, ""), path => Assert.Contains($"| `{path}` |", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_row_of_the_README_is_a_value()
    {
        var rows = File.ReadLines(Path.Join(Repository.Chart, "README.md"))
            .SkipWhile(line => line != "## Values")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);

        Assert.Equal(Leaves(Values, "").Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_schema_knows_every_value_and_no_other()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Join(Repository.Chart, "values.schema.json")))!;

        Assert.Equal(
            Leaves(Values, "").Order(StringComparer.Ordinal),
            Properties(schema, schema, "").Where(path => path != "global").Order(StringComparer.Ordinal));
    }

    /// <summary>Paths of what a user sets as one: an empty map or list is.</summary>
    private static IEnumerable<string> Leaves(JsonObject values, string prefix) => values.SelectMany(value =>
        value.Value is JsonObject { Count: > 0 } inner && value.Key != "resources" ? Leaves(inner, $"{prefix}{value.Key}.") : [$"{prefix}{value.Key}"]);

    private static IEnumerable<string> Properties(JsonNode root, JsonNode schema, string prefix) => schema["properties"]!.AsObject().SelectMany(property =>
    {
        var inner = (string?)property.Value!["$ref"] is { } reference ? root["definitions"]![reference.Split('/')[^1]]! : property.Value;
        return inner["properties"] is not null && property.Key != "resources" ? Properties(root, inner, $"{prefix}{property.Key}.") : [$"{prefix}{property.Key}"];
    });
}
