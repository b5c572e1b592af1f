using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace GreenOps.CrdGen.Schemas;

/// <summary>
/// Builds structural OpenAPI v3 schemas by reflection. A property is required when it has the <c>required</c> modifier;
/// every other one may be left out.
/// </summary>
/// <param name="documentation">Where descriptions come from.</param>
internal sealed class SchemaBuilder(XmlDocumentation documentation)
{
    private static readonly string[] EnvelopeNames = ["apiVersion", "kind", "metadata"];

    /// <summary>Schema of a whole custom resource. Its apiVersion, kind and metadata belong to Kubernetes.</summary>
    /// <exception cref="SchemaException">The type or one that it reaches cannot be expressed.</exception>
    public JsonObject ForResource(Type type) =>
        Object(type, documentation.Of(type), property => EnvelopeNames.Contains(NameOf(property)) ? KubernetesSchemas.Envelope(NameOf(property)) : ForProperty(property));

    private JsonObject ForProperty(PropertyInfo property)
    {
        var description = documentation.Of(property)
            ?? throw new SchemaException($"{property.DeclaringType}.{property.Name} has no <summary>: kubectl explain needs one.");
        var schema = ForValue(property.PropertyType, description, property);
        if (property.GetCustomAttribute<DefaultValueAttribute>() is { } value)
        {
            schema["default"] = Defaults.ToJson(value, schema);
        }

        Constraints.Apply(property, schema);
        ListKeys.Apply(property, schema);
        ValidationRules.Apply(property, schema);
        return schema;
    }

    private JsonObject ForValue(Type declared, string? description, MemberInfo where)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (KubernetesSchemas.Find(type, description) is { } known)
        {
            return known;
        }

        if (type.IsEnum)
        {
            return Enumeration(type, description);
        }

        if (ElementOf(type, typeof(IReadOnlyDictionary<,>)) is { } value)
        {
            return Described(description, "object", ("additionalProperties", ForValue(value, null, where)));
        }

        if (ElementOf(type, typeof(IReadOnlyList<>)) is { } item)
        {
            return Described(description, "array", ("items", ForValue(item, documentation.Of(item), where)));
        }

        return type.Assembly == where.Module.Assembly && type.IsClass
            ? Object(type, description, ForProperty)
            : throw new SchemaException($"{where.DeclaringType}.{where.Name}: {type} has no schema. Use a record of GreenOps.Api, or teach {nameof(KubernetesSchemas)} the type.");
    }

    private static JsonObject Object(Type type, string? description, Func<PropertyInfo, JsonObject> member)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.IsDefined(typeof(JsonPropertyNameAttribute)))
            .OrderBy(property => property.MetadataToken)
            .ToList();
        var schema = Described(
            description,
            "object",
            ("properties", new JsonObject(properties.Select(property => KeyValuePair.Create<string, JsonNode?>(NameOf(property), member(property))))));
        JsonNode[] required =
        [
            .. properties.Where(property => property.IsDefined(typeof(RequiredMemberAttribute))).Select(property => JsonValue.Create(NameOf(property))),
        ];
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required);
        }

        ValidationRules.Apply(type, schema);
        return schema;
    }

    private JsonObject Enumeration(Type type, string? description)
    {
        var members = type.GetFields(BindingFlags.Public | BindingFlags.Static);
        var meanings = members.Select(member => $"{Defaults.EnumName(member)}: {documentation.Of(member)}");
        return Described(
            string.Join('\n', [.. description is null ? [] : new[] { description }, .. meanings]),
            "string",
            ("enum", new JsonArray([.. members.Select(member => JsonValue.Create(Defaults.EnumName(member)))])));
    }

    private static JsonObject Described(string? description, string type, (string Name, JsonNode Value) keyword)
    {
        var schema = new JsonObject();
        if (description is not null)
        {
            schema["description"] = description;
        }

        schema["type"] = type;
        schema[keyword.Name] = keyword.Value;
        return schema;
    }

    private static Type? ElementOf(Type type, Type definition) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == definition ? type.GetGenericArguments()[^1] : null;

    private static string NameOf(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name;
}
