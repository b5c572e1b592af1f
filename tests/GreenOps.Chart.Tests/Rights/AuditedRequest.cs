using System.Text.Json.Nodes;

namespace GreenOps.Chart.Tests.Rights;

/// <summary>A request for objects in an audit log.</summary>
/// <param name="Needed">What it needs to be granted.</param>
/// <param name="Status">The answer's HTTP status code.</param>
internal sealed record AuditedRequest(Granted Needed, int Status)
{
    private const int CreatedStatus = 201;

    /// <summary>The requests of a user in a log of Kubernetes' audit events, a line of JSON each; discovery is no request for objects.</summary>
    public static IReadOnlyList<AuditedRequest> Read(string file, string user) =>
    [
        .. from line in File.ReadLines(file)
           let entry = JsonNode.Parse(line)!
           where (string?)entry["user"]?["username"] == user && (string?)entry["stage"] != "RequestReceived" && entry["objectRef"] is not null
           from request in Requests(entry)
           select request,
    ];

    /// <summary>Applying what is not there takes the right to create it too.</summary>
    private static IEnumerable<AuditedRequest> Requests(JsonNode entry)
    {
        var reference = entry["objectRef"]!;
        var (group, name, sub) = ((string?)reference["apiGroup"] ?? "", (string?)reference["resource"] ?? "", (string?)reference["subresource"] ?? "");
        var status = (int?)entry["responseStatus"]?["code"] ?? 0;
        var needed = new Granted((string)entry["verb"]!, sub.Length == 0 ? name : $"{name}/{sub}", group);
        return needed.Verb == "patch" && status == CreatedStatus
            ? [new AuditedRequest(needed, status), new AuditedRequest(needed with { Verb = "create" }, status)]
            : [new AuditedRequest(needed, status)];
    }
}
