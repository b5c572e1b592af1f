using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GreenOps.Api.Tests.Server;

/// <summary>
/// An answer without what differs between any two servers: identities, versions, times, the order of managers, which goes
/// by whole seconds, and the order of complaints, in which Kubernetes walks Go's unordered maps.
/// </summary>
internal static partial class NormalAnswer
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Own = ["uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "time"];

    /// <summary>The answer as text.</summary>
    public static string Of(ServerAnswer answer)
    {
        var body = Members(answer.Body, "");
        if (body is JsonObject status && (string?)status["reason"] == "Invalid" && status["details"]?["causes"] is JsonArray causes)
        {
            SortCauses(status, causes);
        }

        return new JsonObject
        {
            ["status"] = answer.Status,
            ["warnings"] = new JsonArray([.. answer.Warnings.Select(warning => JsonValue.Create(warning))]),
            ["body"] = body,
        }.ToJsonString(Readable);
    }

    private static JsonNode? Members(JsonNode? node, string name) => node switch
    {
        JsonObject members => new JsonObject(members
            .OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Members(member.Value, member.Key)))),
        JsonArray entries when name == "managedFields" => new JsonArray([.. entries
            .Select(entry => Members(entry, name))
            .OrderBy(entry => $"{entry!["operation"]} {entry["manager"]} {entry["subresource"]}", StringComparer.Ordinal)]),
        JsonArray items => new JsonArray([.. items.Select(item => Members(item, name))]),
        not null when Own.Contains(name) => JsonValue.Create($"<{name}>"),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => JsonValue.Create(Common(text.GetValue<string>())),
        _ => node?.DeepClone(),
    };

    /// <summary>Sentences may name an identity or a version, or hold the whole object that a patch made.</summary>
    private static string Common(string sentence) => Age().IsMatch(sentence)
        ? "<age>"
        : SortLines(PatchedObject().Replace(StoredVersion().Replace(Identity().Replace(sentence, "<uid>"), "<resourceVersion>"), "<object>"));

    /// <summary>A sentence that lists complaints has one a line, after the line that announces them.</summary>
    private static string SortLines(string sentence)
    {
        var lines = sentence.Split('\n');
        Array.Sort(lines, 1, lines.Length - 1, StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    /// <summary>The message joins the causes, so that it says nothing more than they do; one found in several passes is one.</summary>
    private static void SortCauses(JsonObject status, JsonArray causes)
    {
        status["details"]!["causes"] = new JsonArray([.. causes.Select(cause => cause!.DeepClone()).DistinctBy(cause => cause.ToJsonString()).OrderBy(cause => cause.ToJsonString(), StringComparer.Ordinal)]);
        status["message"] = ((string)status["message"]!).Split(": ")[0];
    }

    /// <summary>The two are asked one after the other, and a second may begin between them.</summary>
    [GeneratedRegex("^[0-9]{1,2}s$")]
    private static partial Regex Age();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Identity();

    [GeneratedRegex(@"(?<=in record \()\d+(?=\))")]
    private static partial Regex StoredVersion();

    [GeneratedRegex("""(?<=Invalid value: )"\{.*\}\\?n?"(?=: strict)""")]
    private static partial Regex PatchedObject();
}
