using System.Text.RegularExpressions;

using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Writing;

/// <summary>The rules for names and labels; each returns what is wrong, or null.</summary>
internal static partial class NameRules
{
    private const string Subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string Label1123 =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
        + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string Label1035 =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character "
        + "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string Characters =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string LabelValueRule =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>The name of an object; RBAC objects may be called almost anything.</summary>
    public static string? Object(ResourceType type, string name) => (type.Group, type.Plural) switch
    {
        ("rbac.authorization.k8s.io", _) => name is "." or ".." || name.AsSpan().IndexOfAny('/', '%') >= 0 ? "may not be '.' or '..' or contain '/' or '%'" : null,
        ("", "namespaces") => TooLong(name, 63) ?? (Label().IsMatch(name) ? null : Label1123),
        ("", "services") => TooLong(name, 63) ?? (Label().IsMatch(name) && !char.IsAsciiDigit(name[0]) ? null : Label1035),
        _ => TooLong(name, 253) ?? (Array.TrueForAll(name.Split('.'), Label().IsMatch) ? null : Subdomain),
    };

    /// <summary>The key of a label or annotation, or a finalizer: a name of at most 63 characters, behind a DNS prefix or not.</summary>
    public static IEnumerable<string> QualifiedName(string key)
    {
        var parts = key.Split('/');
        if (parts.Length > 2)
        {
            yield return $"a valid label key {Characters} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }
        if (parts is ["", _]) yield return "prefix part must be non-empty";
        else if (parts is [var prefix, _] && !Array.TrueForAll(prefix.Split('.'), Label().IsMatch)) yield return $"prefix part {Subdomain}";
        if (parts[^1].Length == 0) yield return "name part must be non-empty";
        else if (parts[^1].Length > 63) yield return "name part must be no more than 63 bytes";
        if (!Name().IsMatch(parts[^1])) yield return $"name part {Characters}";
    }

    /// <summary>The value of a label.</summary>
    public static string? LabelValue(string value) =>
        value.Length > 63 ? "must be no more than 63 bytes" : value.Length == 0 || Name().IsMatch(value) ? null : LabelValueRule;

    private static string? TooLong(string text, int limit) => text.Length > limit ? $"must be no more than {limit} characters" : null;

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    private static partial Regex Label();

    [GeneratedRegex("^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")]
    private static partial Regex Name();
}
