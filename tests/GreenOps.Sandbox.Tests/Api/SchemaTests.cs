using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Schema;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

/// <summary>The sentences are those of Kubernetes' own server for custom resources, seen by asking it.</summary>
public sealed class SchemaTests
{
    private const string Spec = """
        {
          "type": "object", "required": ["size"],
          "properties": {
            "size": { "type": "integer", "minimum": 1, "maximum": 10 },
            "share": { "type": "number", "minimum": 0, "exclusiveMinimum": true },
            "even": { "type": "integer", "multipleOf": 2 },
            "small": { "type": "integer", "format": "int32" },
            "color": { "type": "string", "enum": ["red", "green"], "default": "red" },
            "name": { "type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 5 },
            "nested": { "type": "object", "default": {}, "properties": { "depth": { "type": "integer", "default": 3 } } },
            "items": { "type": "array", "maxItems": 3, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                       "items": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" }, "value": { "type": "integer", "default": 7 } } } },
            "pair": { "type": "array", "minItems": 2, "items": { "type": "integer" } },
            "tags": { "type": "array", "x-kubernetes-list-type": "set", "items": { "type": "string" } },
            "labels": { "type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": { "type": "string" } },
            "any": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
            "port": { "x-kubernetes-int-or-string": true },
            "when": { "type": "string", "format": "date-time" },
            "maybe": { "type": "string", "nullable": true },
            "one": { "type": "object", "properties": { "a": { "type": "integer" }, "b": { "type": "integer" } }, "oneOf": [{ "required": ["a"] }, { "required": ["b"] }] },
            "some": { "type": "object", "properties": { "a": { "type": "integer" }, "b": { "type": "integer" } }, "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] },
            "not": { "type": "string", "not": { "enum": ["bad"] } }
          }
        }
        """;

    private static readonly StructuralSchema Schema = StructuralSchema.Read(new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["spec"] = JsonNode.Parse(Spec) } });

    [Theory]
    [InlineData("{}", "spec.size: Required value")]
    [InlineData("""{"size":0}""", "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1")]
    [InlineData("""{"size":11}""", "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10")]
    [InlineData("""{"size":"x"}""", "spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\"")]
    [InlineData("""{"size":1,"share":0}""", "spec.share: Invalid value: 0: spec.share in body should be greater than 0")]
    [InlineData("""{"size":1,"even":3}""", "spec.even: Invalid value: 3: spec.even in body should be a multiple of 2")]
    [InlineData("""{"size":1,"small":3000000000}""", "<nil>: Invalid value: \"\": Checked value must be of type integer with format int32 in spec.small")]
    [InlineData("""{"size":1,"small":true}""", "spec.small: Invalid value: \"\": spec.small in body must be of type int32: \"\"")]
    [InlineData("""{"size":1,"small":1.5}""", "spec.small: Invalid value: \"float64\": spec.small in body must be of type int32: \"float64\"", "<nil>: Invalid value: \"\": Checked value must be of type integer with format int32 in spec.small")]
    [InlineData("""{"size":1,"color":5}""", "spec.color: Invalid value: \"integer\": spec.color in body must be of type string: \"integer\"", "spec.color: Unsupported value: 5: supported values: \"red\", \"green\"")]
    [InlineData("""{"size":1,"items":["a"]}""", "spec.items[0]: Invalid value: \"string\": spec.items[0] in body must be of type object: \"string\"", "spec.items[0]: Invalid value: \"a\": must be an object for an array of list-type map")]
    [InlineData("""{"size":1,"color":"blue"}""", "spec.color: Unsupported value: \"blue\": supported values: \"red\", \"green\"")]
    [InlineData("""{"size":1,"name":"A"}""", "spec.name: Invalid value: \"A\": spec.name in body should be at least 2 chars long")]
    [InlineData("""{"size":1,"name":"AB"}""", "spec.name: Invalid value: \"AB\": spec.name in body should match '^[a-z]+$'")]
    [InlineData("""{"size":1,"name":"abcdefg"}""", "spec.name: Too long: may not be more than 5 bytes")]
    [InlineData("""{"size":1,"items":[{"name":"a"},{"name":"a"}]}""", "spec.items[1]: Duplicate value: {\"name\":\"a\"}")]
    [InlineData("""{"size":1,"items":[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"}]}""", "spec.items: Too many: 4: must have at most 3 items")]
    [InlineData("""{"size":1,"items":[{"value":1}]}""", "spec.items[0].name: Required value")]
    [InlineData("""{"size":1,"pair":[1]}""", "spec.pair: Invalid value: 1: spec.pair in body should have at least 2 items")]
    [InlineData("""{"size":1,"tags":["a","a"]}""", "spec.tags[1]: Duplicate value: \"a\"")]
    [InlineData("""{"size":1,"labels":{"a":1}}""", "spec.labels.a: Invalid value: \"integer\": spec.labels.a in body must be of type string: \"integer\"")]
    [InlineData("""{"size":1,"labels":{}}""", "spec.labels: Invalid value: 0: spec.labels in body should have at least 1 properties")]
    [InlineData("""{"size":1,"labels":{"a":"","b":"","c":""}}""", "spec.labels: Too many: 3: must have at most 2 items")]
    [InlineData("""{"size":1,"port":1.5}""", "spec.port: Invalid value: \"number\": spec.port in body must be of type integer,string: \"number\"")]
    [InlineData("""{"size":1,"when":"yesterday"}""", "spec.when: Invalid value: \"yesterday\": spec.when in body must be of type date-time: \"yesterday\"")]
    [InlineData("""{"size":1,"one":{"a":1,"b":2}}""", "<nil>: Invalid value: \"\": \"spec.one\" must validate one and only one schema (oneOf). Found 2 valid alternatives")]
    [InlineData("""{"size":1,"some":{}}""", "<nil>: Invalid value: \"\": \"spec.some\" must validate at least one schema (anyOf)", "spec.some.a: Required value")]
    [InlineData("""{"size":1,"not":"bad"}""", "<nil>: Invalid value: \"\": \"spec.not\" must not validate the schema (not)")]
    [InlineData("""{"size":1,"port":"http","when":"2026-06-01T12:00:00Z","maybe":null,"any":{"x":[1]},"one":{"a":1},"not":"good","name":"abc","pair":[1,2]}""")]
    public void Complaints_read_as_the_real_servers(string spec, params string[] expected)
    {
        var errors = SchemaValidator.Check(JsonNode.Parse($$"""{"spec":{{spec}}}"""), Schema);
        Assert.Equal(expected, errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData("""{"size":1}""", """{"size":1,"color":"red","nested":{"depth":3}}""")]
    [InlineData("""{"size":1,"color":null,"nested":null}""", """{"size":1,"color":"red","nested":{"depth":3}}""")]
    [InlineData("""{"size":null,"maybe":null,"nested":{}}""", """{"maybe":null,"color":"red","nested":{"depth":3}}""")]
    [InlineData("""{"items":[{"name":"a"}],"nested":{"depth":1},"color":"green"}""", """{"items":[{"name":"a","value":7}],"nested":{"depth":1},"color":"green"}""")]
    public void Defaults_fill_what_is_absent(string spec, string expected)
    {
        var value = JsonNode.Parse($$"""{"spec":{{spec}}}""")!;
        Defaulting.Apply(value, Schema);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), value["spec"]), value.ToJsonString());
    }

    [Fact]
    public void Unknown_fields_are_pruned_and_named()
    {
        var value = (JsonObject)JsonNode.Parse("""{"spec":{"size":1,"other":1,"nested":{"deep":1},"items":[{"name":"a","extra":1}],"any":{"kept":{"too":1}},"labels":{"free":"x"}}}""")!;
        var removed = Pruning.Apply(value, Schema);
        Assert.Equal(["spec.items[0].extra", "spec.nested.deep", "spec.other"], removed);
        Assert.Equal("""{"spec":{"size":1,"nested":{},"items":[{"name":"a"}],"any":{"kept":{"too":1}},"labels":{"free":"x"}}}""", value.ToJsonString());
    }

    [Fact]
    public void What_stands_where_the_schema_has_nothing_like_it_is_unknown()
    {
        var value = (JsonObject)JsonNode.Parse("""{"spec":{"size":[{"a":1}],"port":{"b":1}}}""")!;
        Assert.Equal(["spec.port.b", "spec.size[0].a"], Pruning.Apply(value, Schema));
    }

    [Fact]
    public void Built_in_kinds_know_their_keys_and_defaults()
    {
        var pod = BuiltInSchemas.For(typeof(k8s.Models.V1Pod));
        var container = pod.Property("spec").Property("containers");
        Assert.Equal((ListKind.Map, "name"), (container.ListKind, container.MergeKey));
        Assert.Equal("/dev/termination-log", container.Element.Property("terminationMessagePath").Default.ToText().Trim('"'));
        Assert.Equal("type", pod.Property("status").Property("conditions").MergeKey);
        Assert.True(container.Element.Property("resources").Property("limits").Property("cpu").IntOrString);
    }
}
