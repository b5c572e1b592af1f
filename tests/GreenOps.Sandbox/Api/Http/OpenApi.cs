using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>
/// The part of <c>/openapi/v3</c> that kubectl needs: that patches take <c>fieldValidation</c> (so it leaves validation
/// to the server), and the schemas for <c>kubectl explain</c>.
/// </summary>
internal sealed class OpenApi(ResourceCatalog catalog)
{
    /// <summary>
    /// An OpenAPI v2 document that says nothing, as protobuf: a client that still asks for it gets a valid answer and
    /// finds no kind in it. The bytes are field 1, <c>swagger</c>, with the value 2.0.
    /// </summary>
    public static ReadOnlyMemory<byte> EmptyV2Protobuf { get; } = new byte[] { 0x0A, 0x03, (byte)'2', (byte)'.', (byte)'0' };

    /// <summary>The same document as JSON.</summary>
    public static JsonObject EmptyV2() => new()
    {
        ["swagger"] = "2.0",
        ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = ServerVersion.GitVersion },
        ["paths"] = new JsonObject(),
        ["definitions"] = new JsonObject(),
    };

    /// <summary>The index of the documents, one a group version.</summary>
    public JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var type in catalog.Types)
        {
            var prefix = Prefix(type);
            paths[prefix] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{prefix}" };
        }
        return new() { ["paths"] = paths };
    }

    /// <summary>The document of one group version, e.g. <c>apis/apps/v1</c>; null when it is not served.</summary>
    public JsonObject? Document(string prefix)
    {
        var types = catalog.Types.FindAll(type => Prefix(type) == prefix);
        if (types.Count == 0) return null;
        var paths = new JsonObject();
        var schemas = new JsonObject();
        foreach (var type in types)
        {
            paths[$"/{prefix}/{(type.Namespaced ? "namespaces/{namespace}/" : "")}{type.Plural}/{{name}}"] = new JsonObject { ["patch"] = Patch(type) };
            schemas[SchemaName(type)] = Described(type.Custom?.OpenApiSchema.Copy() ?? Describe(type.Schema), type);
        }
        return new()
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = ServerVersion.GitVersion },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static JsonObject Patch(ResourceType type)
    {
        var parameters = new JsonArray();
        foreach (var name in (string[])["dryRun", "fieldManager", "fieldValidation", "force"])
            parameters.Add(new JsonObject { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = name == "force" ? "boolean" : "string" } });
        return new()
        {
            ["x-kubernetes-action"] = "patch",
            ["x-kubernetes-group-version-kind"] = Kind(type),
            ["parameters"] = parameters,
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        };
    }

    private static JsonObject Described(JsonObject schema, ResourceType type)
    {
        schema["x-kubernetes-group-version-kind"] = new JsonArray(Kind(type));
        return schema;
    }

    private static JsonObject Describe(StructuralSchema schema)
    {
        var described = new JsonObject();
        described.SetOrRemove("type", schema.IntOrString ? "string" : schema.Type ?? "object");
        described.SetOrRemove("format", schema.IntOrString ? "int-or-string" : schema.Format);
        described.SetOrRemove("default", schema.Default?.DeepClone());
        if (schema.Items is { } items) described["items"] = Describe(items);
        if (schema.AdditionalProperties is { } values) described["additionalProperties"] = Describe(values);
        if (schema.Properties.Count > 0)
            described["properties"] = new JsonObject(schema.Properties.Select(property => KeyValuePair.Create(property.Key, (JsonNode?)Describe(property.Value))));
        return described;
    }

    private static string SchemaName(ResourceType type) => $"{string.Join('.', type.Group.Split('.').Reverse())}.{type.Version}.{type.Kind}";

    private static JsonObject Kind(ResourceType type) => new() { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = type.Kind };

    private static string Prefix(ResourceType type) => type.Group.Length == 0 ? $"api/{type.Version}" : $"apis/{type.Group}/{type.Version}";
}
