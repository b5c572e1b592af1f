using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GreenOps.Hosting.Tests.Stub;

/// <summary>The one Lease of a stub API, with the server's rules for creation, conflicts and times.</summary>
internal sealed class LeaseStore
{
    public const string Path = "/apis/coordination.k8s.io/v1/namespaces/ops/leases";

    private readonly Lock gate = new();
    private JsonNode? lease;
    private int version;

    /// <summary>While set, connections of requests it is true for are cut.</summary>
    public Func<HttpContext, bool> Outage { get; set; } = _ => false;

    public string? Holder
    {
        get
        {
            lock (gate)
                return (string?)lease?["spec"]?["holderIdentity"];
        }
    }

    public JsonNode Spec
    {
        get
        {
            lock (gate)
                return lease!["spec"]!.DeepClone();
        }
    }

    /// <summary>Writes the lease as if another process had done so.</summary>
    public void Write(string spec)
    {
        lock (gate)
        {
            lease = new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = "lock", ["namespace"] = "ops", ["resourceVersion"] = $"{++version}" },
                ["spec"] = JsonNode.Parse(spec),
            };
        }
    }

    public async Task<bool> AnswerAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal))
            return false;
        if (Outage(context))
        {
            context.Abort();
            return true;
        }
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var (status, answer) = Answer(context.Request.Method, body);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer);
        return true;
    }

    private (int Status, string Answer) Answer(string method, string body)
    {
        lock (gate)
        {
            if (method == HttpMethods.Get)
                return lease is null ? (404, Json.Status(404, "no such lease")) : (200, lease.ToJsonString());
            var sent = JsonNode.Parse(body)!;
            foreach (var field in new[] { "acquireTime", "renewTime" })
            {
                if (!DateTime.TryParseExact((string?)sent["spec"]![field], "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                    return (400, Json.Status(400, $"{field} is no MicroTime"));
            }
            if (method == HttpMethods.Post && lease is not null)
                return (409, Json.Status(409, "exists"));
            if (method == HttpMethods.Put && (string?)sent["metadata"]!["resourceVersion"] != (string?)lease!["metadata"]!["resourceVersion"])
                return (409, Json.Status(409, "changed"));
            Write(sent["spec"]!.ToJsonString());
            return (200, lease!.ToJsonString());
        }
    }
}
