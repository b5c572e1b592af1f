using System.Text.Json;
using System.Text.Json.Nodes;

namespace GreenOps.Hosting.Tests.Stub;

/// <summary>API objects as a server writes them.</summary>
internal static class Json
{
    public static string List(string version, params string[] items) => Page(version, null, items);

    public static string Page(string version, string? next, params string[] items) =>
        $$$"""{"metadata":{"resourceVersion":"{{{version}}}","continue":"{{{next}}}"},"items":[{{{string.Join(',', items)}}}]}""";

    public static string Object(
        string name, string version, string? ns = "ns", string? uid = null, string? extra = null, (string ApiVersion, string Kind, string Name, string Uid)? owner = null)
    {
        var metadata = new JsonObject { ["name"] = name, ["resourceVersion"] = version, ["uid"] = uid ?? $"uid-{name}" };
        if (ns is not null)
            metadata["namespace"] = ns;
        if (owner is var (apiVersion, kind, ownerName, ownerUid))
        {
            metadata["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = apiVersion,
                ["kind"] = kind,
                ["name"] = ownerName,
                ["uid"] = ownerUid,
                ["controller"] = true,
            });
        }
        var entity = extra is null ? [] : JsonNode.Parse(extra)!.AsObject();
        entity["metadata"] = metadata;
        return entity.ToJsonString();
    }

    public static string Bookmark(string version) => $$$"""{"metadata":{"resourceVersion":"{{{version}}}"}}""";

    public static string Status(int code, string message) =>
        $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","code":{{code}},"message":{{JsonSerializer.Serialize(message)}}}""";
}
