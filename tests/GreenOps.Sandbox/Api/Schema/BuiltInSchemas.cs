using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;

using k8s.Models;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>
/// The types of the built-in kinds, derived from the client library's model classes, together with what those classes
/// do not say: which lists are keyed, which maps are atomic, and the defaults (<see cref="BuiltInFieldRules"/>).
/// </summary>
internal static class BuiltInSchemas
{
    private static readonly ConcurrentDictionary<Type, Lazy<StructuralSchema>> Cache = new();

    /// <summary>The type of a whole object or of a part of one.</summary>
    public static StructuralSchema For(Type model) => Cache.GetOrAdd(model, type => new(() => Build(type))).Value;

    /// <summary>The type of every object's metadata.</summary>
    public static StructuralSchema Metadata => For(typeof(V1ObjectMeta));

    private static StructuralSchema Build(Type model)
    {
        var schema = new StructuralSchema { Type = "object", AtomicMap = BuiltInFieldRules.IsAtomic(model) };
        foreach (var property in model.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name is not { } name) continue;
            var type = OfProperty(property.PropertyType);
            BuiltInFieldRules.Complete(model, name, type);
            schema.Properties[name] = type;
        }
        return schema;
    }

    private static StructuralSchema OfProperty(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return new() { Type = "string" };
        if (type == typeof(bool)) return new() { Type = "boolean" };
        if (type == typeof(int)) return new() { Type = "integer", Format = "int32" };
        if (type == typeof(long)) return new() { Type = "integer", Format = "int64" };
        if (type == typeof(double) || type == typeof(float)) return new() { Type = "number" };
        if (type == typeof(DateTime)) return new() { Type = "string", Format = "date-time" };
        if (type == typeof(byte[])) return new() { Type = "string", Format = "byte" };
        if (type == typeof(ResourceQuantity) || type.Name.Contains("IntOrString", StringComparison.Ordinal)) return new() { IntOrString = true };
        if (type == typeof(V1JSONSchemaProps) || type == typeof(object)) return new() { PreserveUnknown = true };
        if (type.IsGenericType && type.GetGenericArguments() is [var item]) return new() { Type = "array", Items = OfProperty(item) };
        if (type.IsGenericType && type.GetGenericArguments() is [_, var value]) return new() { Type = "object", AdditionalProperties = OfProperty(value) };
        return Share(For(type));
    }

    /// <summary>A node of its own over shared children, because a field rule may change the node.</summary>
    private static StructuralSchema Share(StructuralSchema type)
    {
        var node = new StructuralSchema { Type = type.Type, AtomicMap = type.AtomicMap };
        foreach (var (name, property) in type.Properties) node.Properties[name] = property;
        return node;
    }
}
