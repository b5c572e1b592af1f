using System.Reflection;
using System.Text.Json.Nodes;
using GreenOps.Api.Schema;
using GreenOps.CrdGen.Schemas;
using k8s.Models;

namespace GreenOps.CrdGen;

/// <summary>Builds <c>apiextensions.k8s.io/v1</c> CustomResourceDefinitions: names, scope, columns and subresources around a schema.</summary>
/// <param name="schemas">Builds the schema of a type.</param>
internal sealed class CustomResourceDefinition(SchemaBuilder schemas)
{
    /// <summary>Builds the definition of one kind.</summary>
    /// <param name="type">A type with <see cref="CustomResourceAttribute"/> and <see cref="KubernetesEntityAttribute"/>.</param>
    public JsonObject Build(Type type)
    {
        var entity = type.GetCustomAttribute<KubernetesEntityAttribute>()!;
        var resource = type.GetCustomAttribute<CustomResourceAttribute>()!;
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{entity.PluralName}.{entity.Group}",
                ["labels"] = new JsonObject { ["app.kubernetes.io/part-of"] = "greenops" },
            },
            ["spec"] = new JsonObject
            {
                ["group"] = entity.Group,
                ["names"] = Names(entity, resource),
                ["scope"] = resource.ClusterScoped ? "Cluster" : "Namespaced",
                ["versions"] = new JsonArray(Version(type, entity, resource)),
            },
        };
    }

    private static JsonObject Names(KubernetesEntityAttribute entity, CustomResourceAttribute resource)
    {
        var names = new JsonObject
        {
            ["kind"] = entity.Kind,
            ["listKind"] = $"{entity.Kind}List",
            ["plural"] = entity.PluralName,
            ["singular"] = resource.Singular,
        };
        AddList(names, "shortNames", resource.ShortNames);
        AddList(names, "categories", resource.Categories);
        return names;
    }

    private JsonObject Version(Type type, KubernetesEntityAttribute entity, CustomResourceAttribute resource)
    {
        var version = new JsonObject
        {
            ["name"] = entity.ApiVersion,
            ["served"] = true,
            ["storage"] = true,
            ["subresources"] = Subresources(resource),
        };
        JsonNode[] columns = [.. type.GetCustomAttributes<PrinterColumnAttribute>().Select(Column)];
        if (columns.Length > 0)
        {
            version["additionalPrinterColumns"] = new JsonArray(columns);
        }

        version["schema"] = new JsonObject { ["openAPIV3Schema"] = schemas.ForResource(type) };
        return version;
    }

    private static JsonObject Subresources(CustomResourceAttribute resource)
    {
        var subresources = new JsonObject { ["status"] = new JsonObject() };
        if (resource is { SpecReplicasPath: not null, StatusReplicasPath: not null })
        {
            var scale = new JsonObject
            {
                ["specReplicasPath"] = resource.SpecReplicasPath,
                ["statusReplicasPath"] = resource.StatusReplicasPath,
            };
            if (resource.LabelSelectorPath is not null)
            {
                scale["labelSelectorPath"] = resource.LabelSelectorPath;
            }

            subresources["scale"] = scale;
        }

        return subresources;
    }

    private static JsonObject Column(PrinterColumnAttribute column)
    {
        var node = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
        if (column.Priority != 0)
        {
            node["priority"] = column.Priority;
        }

        return node;
    }

    private static void AddList(JsonObject parent, string name, string[] values)
    {
        if (values.Length > 0)
        {
            parent[name] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
        }
    }
}
