using System.Text.Json.Nodes;
using k8s.Models;

namespace GreenOps.CrdGen.Schemas;

/// <summary>Schemas of scalars and of the Kubernetes types that GreenOps.Api borrows.</summary>
internal static class KubernetesSchemas
{
    private const string QuantityPattern =
        @"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

    /// <summary>Schema of a known type, or null.</summary>
    public static JsonObject? Find(Type type, string? description)
    {
        if (type == typeof(V1Condition))
        {
            return Condition();
        }

        var schema = new JsonObject();
        if (description is not null)
        {
            schema["description"] = description;
        }

        return type switch
        {
            _ when type == typeof(string) => Typed(schema, "string", null),
            _ when type == typeof(bool) => Typed(schema, "boolean", null),
            _ when type == typeof(int) => Typed(schema, "integer", "int32"),
            _ when type == typeof(long) => Typed(schema, "integer", "int64"),
            _ when type == typeof(double) => Typed(schema, "number", "double"),
            _ when type == typeof(DateTimeOffset) => Typed(schema, "string", "date-time"),
            _ when type == typeof(ResourceQuantity) => Quantity(schema),
            _ => null,
        };
    }

    /// <summary>Schema of a member that every Kubernetes object has.</summary>
    /// <param name="name">apiVersion, kind or metadata.</param>
    public static JsonObject Envelope(string name) => name switch
    {
        "apiVersion" => Text("Group and version of this object's schema."),
        "kind" => Text("The kind of object this is."),
        _ => new JsonObject { ["type"] = "object" },
    };

    private static JsonObject Typed(JsonObject schema, string type, string? format)
    {
        schema["type"] = type;
        if (format is not null)
        {
            schema["format"] = format;
        }

        return schema;
    }

    private static JsonObject Quantity(JsonObject schema)
    {
        schema["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" });
        schema["pattern"] = QuantityPattern;
        schema["x-kubernetes-int-or-string"] = true;
        return schema;
    }

    private static JsonObject Condition() => new()
    {
        ["description"] = "One aspect of the object's state.",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["type"] = Text("The aspect, in CamelCase.", ("maxLength", 316), ("pattern", @"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$")),
            ["status"] = Text("Whether it holds.", ("enum", new JsonArray("True", "False", "Unknown"))),
            ["observedGeneration"] = new JsonObject
            {
                ["description"] = "Generation of the spec that the condition speaks of; older than metadata.generation means out of date.",
                ["type"] = "integer",
                ["format"] = "int64",
                ["minimum"] = 0,
            },
            ["lastTransitionTime"] = Text("When status last changed.", ("format", "date-time")),
            ["reason"] = Text("Why, as one word in CamelCase for programs.", ("minLength", 1), ("maxLength", 1024), ("pattern", "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")),
            ["message"] = Text("Why, in a sentence for people; may be empty.", ("maxLength", 32768)),
        },
        ["required"] = new JsonArray("lastTransitionTime", "message", "reason", "status", "type"),
    };

    private static JsonObject Text(string description, params (string Name, JsonNode Value)[] keywords)
    {
        var schema = new JsonObject { ["description"] = description, ["type"] = "string" };
        foreach (var (name, value) in keywords)
        {
            schema[name] = value;
        }

        return schema;
    }
}
