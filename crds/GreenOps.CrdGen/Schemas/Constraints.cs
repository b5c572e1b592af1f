using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace GreenOps.CrdGen.Schemas;

/// <summary>Turns data annotations into the keywords of OpenAPI that say the same.</summary>
internal static class Constraints
{
    /// <summary>Adds the keywords of a property's annotations to its schema.</summary>
    public static void Apply(PropertyInfo property, JsonObject schema)
    {
        foreach (var annotation in property.GetCustomAttributes<ValidationAttribute>())
        {
            Apply(annotation, property, schema);
        }
    }

    private static void Apply(ValidationAttribute annotation, PropertyInfo property, JsonObject schema)
    {
        switch (annotation)
        {
            case RangeAttribute range:
                schema["minimum"] = Number(range.Minimum);
                schema["maximum"] = Number(range.Maximum);
                break;
            case RegularExpressionAttribute expression:
                schema["pattern"] = expression.Pattern;
                break;
            case AllowedValuesAttribute allowed:
                schema["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)))]);
                break;
            case LengthAttribute length:
                ApplyLength(length, property, schema);
                break;
            default:
                throw new SchemaException($"{property.DeclaringType}.{property.Name}: [{annotation.GetType().Name}] has no counterpart in a schema.");
        }
    }

    private static void ApplyLength(LengthAttribute length, PropertyInfo property, JsonObject schema)
    {
        var unit = (schema["type"]?.GetValue<string>(), schema.ContainsKey("additionalProperties")) switch
        {
            ("string", _) => "Length",
            ("array", _) => "Items",
            ("object", true) => "Properties",
            _ => throw new SchemaException($"{property.DeclaringType}.{property.Name}: [Length] is for strings, lists and dictionaries."),
        };
        if (length.MinimumLength > 0)
        {
            schema[$"min{unit}"] = length.MinimumLength;
        }

        schema[$"max{unit}"] = length.MaximumLength;
    }

    private static JsonValue Number(object bound) => JsonValue.Create(Convert.ToDecimal(bound, CultureInfo.InvariantCulture));
}
