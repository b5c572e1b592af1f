using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GreenOps.CrdGen;

/// <summary>
/// Writes a JSON tree as YAML that every reader takes for the same tree. Strings stand plain only where no YAML version
/// could read them as something else: kubectl reads YAML 1.1, in which <c>on</c>, <c>y</c> and <c>1_000</c> are no strings.
/// </summary>
internal static partial class YamlText
{
    /// <summary>Writes one document with a closing line feed; members keep their order.</summary>
    public static string Write(JsonNode root)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings().WithBestWidth(int.MaxValue).WithIndentedSequences());
        new YamlStream(new YamlDocument(Convert(root))).Save(new NoDocumentEnd(emitter), assignAnchors: false);
        return text.ToString();
    }

    private static YamlNode Convert(JsonNode? node) => node switch
    {
        JsonObject members => new YamlMappingNode(members.Select(member => KeyValuePair.Create<YamlNode, YamlNode>(Text(member.Key), Convert(member.Value)))),
        JsonArray items => new YamlSequenceNode(items.Select(Convert)),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>()),
        _ => new YamlScalarNode(node?.ToJsonString() ?? "null") { Style = ScalarStyle.Plain },
    };

    private static YamlScalarNode Text(string value) => new YamlScalarNode(value)
    {
        Style = value.Any(IsFoldedByReaders) ? ScalarStyle.DoubleQuoted
            : value.Contains('\n') ? ScalarStyle.Literal
            : PlainText().IsMatch(value) && !ReservedWord().IsMatch(value) ? ScalarStyle.Plain
            : value.Contains('\'') && !value.Contains('"') && !value.Contains('\\') ? ScalarStyle.DoubleQuoted
            : ScalarStyle.SingleQuoted,
    };

    /// <summary>Line breaks of YAML 1.1 beside the line feed, and control characters: only escapes keep them as they are.</summary>
    private static bool IsFoldedByReaders(char character) =>
        character is '\u2028' or '\u2029' || (char.IsControl(character) && character is not ('\n' or '\t'));

    [GeneratedRegex(@"^[A-Za-z$](?:[-A-Za-z0-9_./;,()$]| (?=\S))*$")]
    private static partial Regex PlainText();

    [GeneratedRegex("^(?:y|n|yes|no|on|off|true|false|null)$", RegexOptions.IgnoreCase)]
    private static partial Regex ReservedWord();
}
