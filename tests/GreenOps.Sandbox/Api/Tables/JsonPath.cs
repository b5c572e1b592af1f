using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Tables;

/// <summary>
/// The part of Kubernetes' JSONPath that printer columns use: <c>.a.b</c>, <c>['a']</c>, <c>[0]</c>, <c>[-1]</c>,
/// <c>[*]</c>, and the filter <c>[?(@.a=="x")]</c> with ==, !=, &lt;, &lt;=, &gt;, &gt;=.
/// </summary>
internal sealed partial class JsonPath
{
    private readonly IReadOnlyList<Func<JsonNode, IEnumerable<JsonNode?>>> steps;

    private JsonPath(IReadOnlyList<Func<JsonNode, IEnumerable<JsonNode?>>> steps) => this.steps = steps;

    /// <summary>Parses a path; throws <see cref="FormatException"/> for what is none.</summary>
    public static JsonPath Parse(string text)
    {
        var steps = new List<Func<JsonNode, IEnumerable<JsonNode?>>>();
        var rest = text.Trim('{', '}', ' ').TrimStart('$');
        while (rest.Length > 0 && rest != ".")
        {
            var match = Step().Match(rest);
            if (!match.Success) throw new FormatException($"'{text}' is no JSON path: cannot read '{rest}'");
            steps.Add(Read(match));
            rest = rest[match.Length..];
        }
        return new(steps);
    }

    /// <summary>Everything that the path leads to.</summary>
    public IReadOnlyList<JsonNode?> Evaluate(JsonNode root)
    {
        IEnumerable<JsonNode?> found = [root];
        foreach (var step in steps) found = found.OfType<JsonNode>().SelectMany(step);
        return [.. found];
    }

    private static Func<JsonNode, IEnumerable<JsonNode?>> Read(Match match)
    {
        if (match.Groups["name"] is { Success: true, Value: var name })
        {
            var property = name.Replace("\\.", ".", StringComparison.Ordinal);
            return node => node is JsonObject obj && obj.TryGetPropertyValue(property, out var value) ? [value] : [];
        }
        if (match.Groups["index"] is { Success: true, Value: var position })
        {
            var index = int.Parse(position, CultureInfo.InvariantCulture);
            return node => node is JsonArray array && (index < 0 ? index + array.Count : index) is var at && at >= 0 && at < array.Count ? [array[at]] : [];
        }
        if (match.Groups["all"].Success) return node => node is JsonArray array ? array : node is JsonObject obj ? obj.Select(field => field.Value) : [];
        var path = Parse(match.Groups["path"].Value);
        var (op, literal) = (match.Groups["op"].Value, JsonNode.Parse(match.Groups["literal"].Value.Replace('\'', '"')));
        return node => node is JsonArray items ? items.Where(item => item is not null && path.Evaluate(item).Any(value => Holds(value, op, literal))) : [];
    }

    private static bool Holds(JsonNode? value, string op, JsonNode? literal)
    {
        if (op is "==" or "!=") return value.Same(literal) == (op == "==");
        var order = value.IsNumber() && literal.IsNumber()
            ? value!.AsValue().Number().CompareTo(literal!.AsValue().Number())
            : string.CompareOrdinal(value.ToText(), literal.ToText());
        return op switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }

    [GeneratedRegex("""
        ^(?: \.? \[ ' (?<name> [^']+ ) ' \]
           | \.? \[ (?<index> -?\d+ ) \]
           | \.? \[ (?<all> \* ) \]
           | \.? \[ \? \( \s* @ (?<path> [^=!<>\s]* ) \s* (?<op> == | != | <= | >= | < | > ) \s* (?<literal> "[^"]*" | '[^']*' | [^)\s]+ ) \s* \) \]
           | \. (?<all> \* )
           | \. (?<name> (?: \\\. | [^.\[\\] )+ )
        )
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Step();
}
