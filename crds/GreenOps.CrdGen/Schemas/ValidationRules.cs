using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using GreenOps.Api.Schema;

namespace GreenOps.CrdGen.Schemas;

/// <summary>Writes the rules of types and properties as <c>x-kubernetes-validations</c>.</summary>
internal static class ValidationRules
{
    /// <summary>Adds the rules of a type to its schema.</summary>
    public static void Apply(Type type, JsonObject schema)
    {
        var choice = type.GetCustomAttribute<ExactlyOneOfAttribute>();
        Add(schema, [.. choice is null ? [] : new[] { ExactlyOne(choice) }, .. type.GetCustomAttributes<RuleAttribute>()]);
    }

    /// <summary>Adds the rules of a property to its schema.</summary>
    public static void Apply(PropertyInfo property, JsonObject schema)
    {
        List<RuleAttribute> rules = [];
        if (property.GetCustomAttribute<DecimalStringAttribute>() is { } number)
        {
            schema["maxLength"] = DecimalText.MaxLength;
            schema["pattern"] = DecimalText.Pattern;
            rules.Add(DecimalText.Rule(number));
        }

        // A pattern alone answers with the expression; its message says in words what to write.
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { ErrorMessage: { } sentence } expression)
        {
            rules.Add(new RuleAttribute($"self.matches(r'{expression.Pattern}')", sentence));
        }

        Add(schema, [.. rules, .. property.GetCustomAttributes<RuleAttribute>()]);
    }

    private static RuleAttribute ExactlyOne(ExactlyOneOfAttribute choice) => new(
        $"[{string.Join(", ", choice.Properties.Select(name => $"has(self.{name})"))}].filter(isSet, isSet).size() == 1",
        $"set exactly one of: {string.Join(", ", choice.Properties)}");

    private static void Add(JsonObject schema, IReadOnlyCollection<RuleAttribute> rules)
    {
        if (rules.Count > 0)
        {
            schema["x-kubernetes-validations"] = new JsonArray(
                [.. rules.Select(rule => new JsonObject { ["rule"] = rule.Expression, ["message"] = rule.Message })]);
        }
    }
}
