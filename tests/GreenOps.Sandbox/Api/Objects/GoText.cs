using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GreenOps.Sandbox.Api.Objects;

/// <summary>JSON values as Go prints them: Kubernetes' sentences hold such prints where a value has the wrong type.</summary>
internal static class GoText
{
    /// <summary>As the verb <c>%v</c> prints.</summary>
    public static string Value(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonObject obj => $"map[{string.Join(' ', Sorted(obj).Select(field => $"{field.Key}:{Value(field.Value)}"))}]",
        JsonArray array => $"[{string.Join(' ', array.Select(Value))}]",
        _ when node.IsString() => node.GetValue<string>(),
        _ => Scalar(node),
    };

    /// <summary>As the verb <c>%#v</c> prints.</summary>
    public static string Syntax(JsonNode? node) => node switch
    {
        null => "interface {}(nil)",
        JsonObject obj => $"map[string]interface {{}}{{{string.Join(", ", Sorted(obj).Select(field => $"\"{field.Key}\":{Syntax(field.Value)}"))}}}",
        JsonArray array => $"[]interface {{}}{{{string.Join(", ", array.Select(Syntax))}}}",
        _ when node.IsString() => node.ToText(),
        _ => Scalar(node),
    };

    /// <summary>As the verb <c>%T</c> prints.</summary>
    public static string Type(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Object => "map[string]interface {}",
        JsonValueKind.Array => "[]interface {}",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Number => node.IsInteger() ? "int64" : "float64",
        _ => "<nil>",
    };

    /// <summary>As <c>encoding/json</c> calls what it cannot read.</summary>
    public static string JsonKind(JsonNode? node) => node?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.True or JsonValueKind.False => "bool",
        var kind => kind.Value.ToString().ToLowerInvariant(),
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Sorted(JsonObject obj) => obj.OrderBy(field => field.Key, StringComparer.Ordinal);

    private static string Scalar(JsonNode node) =>
        node.GetValueKind() == JsonValueKind.Number && !node.IsInteger() ? Float(((JsonValue)node).Number()) : node.ToText();

    /// <summary>The shortest digits that read back as the number, with an exponent from a million on.</summary>
    public static string Float(double number)
    {
        var text = number.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(text[(text.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 6) return shortest;
        var digits = shortest.Split('E')[0].Replace(".", "", StringComparison.Ordinal).TrimStart('-').Trim('0');
        var mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
        return $"{(number < 0 ? "-" : "")}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }
}
