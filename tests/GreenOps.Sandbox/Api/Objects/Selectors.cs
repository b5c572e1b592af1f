using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using GreenOps.Sandbox.Api.Http;
using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Objects;

/// <summary>Parses label and field selectors into predicates.</summary>
internal static partial class Selectors
{
    /// <summary>Parses a label selector: equality (<c>a=b</c>, <c>a!=b</c>), sets (<c>a in (b,c)</c>) and existence (<c>a</c>, <c>!a</c>).</summary>
    public static Func<JsonObject, bool> Labels(string? selector)
    {
        if (string.IsNullOrWhiteSpace(selector)) return _ => true;
        var requirements = SplitOutsideParentheses(selector).Select(Requirement).ToList();
        return obj =>
        {
            var labels = obj.Labels();
            return requirements.TrueForAll(requirement => requirement(labels));
        };
    }

    /// <summary>Parses a field selector such as <c>metadata.name=x,status.phase!=Running</c>.</summary>
    public static Func<JsonObject, bool> Fields(string? selector, ResourceType type)
    {
        if (string.IsNullOrWhiteSpace(selector)) return _ => true;
        var terms = selector.Split(',').Select(term =>
        {
            var match = FieldTerm().Match(term);
            if (!match.Success) throw ApiStatusException.BadRequest($"invalid selector: '{selector}'; can't understand '{term}'");
            var path = match.Groups["path"].Value;
            if (type.Custom is not null && path is not ("metadata.name" or "metadata.namespace")) throw ApiStatusException.BadRequest($"field label not supported: {path}");
            return (Path: path.Split('.'), Equal: match.Groups["op"].Value != "!=", Value: match.Groups["value"].Value);
        }).ToList();
        return obj => terms.TrueForAll(term => (Text(obj.At(term.Path)) == term.Value) == term.Equal);
    }

    private static string Text(JsonNode? node) => node.IsString() ? node!.GetValue<string>() : node?.ToText() ?? "";

    private static IEnumerable<string> SplitOutsideParentheses(string selector) => Comma().Split(selector).Select(part => part.Trim());

    private static Func<IReadOnlyDictionary<string, string>, bool> Requirement(string text)
    {
        if (SetTerm().Match(text) is { Success: true } set)
        {
            var values = set.Groups["values"].Value.Split(',').Select(value => value.Trim()).ToHashSet();
            var key = set.Groups["key"].Value;
            return set.Groups["op"].Value == "in"
                ? labels => labels.TryGetValue(key, out var value) && values.Contains(value)
                : labels => !labels.TryGetValue(key, out var value) || !values.Contains(value);
        }
        if (EqualityTerm().Match(text) is { Success: true } equality)
        {
            var (key, wanted) = (equality.Groups["key"].Value, equality.Groups["value"].Value);
            return equality.Groups["op"].Value == "!="
                ? labels => !labels.TryGetValue(key, out var value) || value != wanted
                : labels => labels.TryGetValue(key, out var value) && value == wanted;
        }
        if (ExistenceTerm().Match(text) is { Success: true } existence)
        {
            var key = existence.Groups["key"].Value;
            return existence.Groups["not"].Length > 0 ? labels => !labels.ContainsKey(key) : labels => labels.ContainsKey(key);
        }
        throw ApiStatusException.BadRequest($"unable to parse requirement: found '{text}', expected: a label selector such as a=b, a in (b,c) or !a");
    }

    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex Comma();

    [GeneratedRegex(@"^(?<key>[\w./-]+)\s+(?<op>in|notin)\s*\((?<values>[^()]*)\)$")]
    private static partial Regex SetTerm();

    [GeneratedRegex(@"^(?<key>[\w./-]+)\s*(?<op>!=|==|=)\s*(?<value>[\w.-]*)$")]
    private static partial Regex EqualityTerm();

    [GeneratedRegex(@"^(?<not>!?)\s*(?<key>[\w./-]+)$")]
    private static partial Regex ExistenceTerm();

    [GeneratedRegex(@"^(?<path>[\w.]+)(?<op>!=|==|=)(?<value>.*)$")]
    private static partial Regex FieldTerm();
}
