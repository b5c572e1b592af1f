using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace GreenOps.CrdGen.Schemas;

/// <summary>Default values as JSON.</summary>
internal static class Defaults
{
    /// <summary>
    /// The JSON of a default. A type stands for the object of its own members' defaults, written out: the API server checks
    /// the rules of a default before it would fill in nested ones.
    /// </summary>
    /// <param name="attribute">The annotation.</param>
    /// <param name="schema">Schema of the annotated property.</param>
    /// <exception cref="SchemaException">The value is of a kind that no schema here uses.</exception>
    public static JsonNode ToJson(DefaultValueAttribute attribute, JsonObject schema) => attribute.Value switch
    {
        Type => OfMembers(schema),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        Enum member => JsonValue.Create(EnumName(member.GetType().GetField(member.ToString())!)),
        var other => throw new SchemaException($"[DefaultValue({other})] is no string, boolean, integer, enumeration member or type."),
    };

    private static JsonObject OfMembers(JsonObject schema) => new(
        from property in schema["properties"]!.AsObject()
        where property.Value!.AsObject().ContainsKey("default")
        select KeyValuePair.Create(property.Key, property.Value!["default"]?.DeepClone()));

    /// <summary>The name of an enumeration's member in JSON.</summary>
    public static string EnumName(FieldInfo member) =>
        member.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? member.Name;
}
