using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Access;

namespace GreenOps.Sandbox.Api;

/// <summary>One answered request.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The request path without its query.</param>
/// <param name="UserAgent">The client's User-Agent header; empty when it sent none.</param>
/// <param name="Status">The HTTP status code of the answer.</param>
/// <param name="At">When the answer was given.</param>
public sealed record AuditEntry(string Method, string Path, string UserAgent, int Status, DateTimeOffset At)
{
    /// <summary>Who asked; a service account is <c>system:serviceaccount:namespace:name</c>.</summary>
    public string User { get; init; } = "";

    /// <summary>What was asked for; null when it was no object or collection.</summary>
    public ApiAccess? Access { get; init; }

    /// <summary>The entry in the shape of Kubernetes' own audit log, so that a real cluster's can take its place.</summary>
    internal JsonObject ToAuditEvent()
    {
        var entry = new JsonObject
        {
            ["kind"] = "Event",
            ["apiVersion"] = "audit.k8s.io/v1",
            ["stage"] = "ResponseComplete",
            ["requestURI"] = Path,
            ["verb"] = Access?.Verb ?? Method.ToLowerInvariant(),
            ["user"] = new JsonObject { ["username"] = User },
            ["userAgent"] = UserAgent,
            ["responseStatus"] = new JsonObject { ["code"] = Status },
            ["stageTimestamp"] = At.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        };
        if (Access is { } access)
        {
            entry["objectRef"] = new JsonObject
            {
                ["apiGroup"] = access.Group,
                ["resource"] = access.Resource,
                ["subresource"] = access.Subresource,
                ["namespace"] = access.Namespace,
                ["name"] = access.Name,
            };
        }
        return entry;
    }
}
