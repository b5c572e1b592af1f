using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Storage;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>Writes a watch's events, one JSON object a line.</summary>
internal sealed class WatchStream(HttpResponse response, ResourceType type, Func<StoredObject, byte[]> represent)
{
    private readonly PipeWriter output = response.BodyWriter;

    public Task SendAsync(string kind, StoredObject item, CancellationToken ct) => SendAsync(kind, represent(item), ct);

    /// <summary>Ends a watch with a refusal.</summary>
    public async Task ErrorAsync(ApiStatusException error, CancellationToken ct)
    {
        await SendAsync("ERROR", error.ToStatus().ToUtf8(), ct);
        await FlushAsync(ct);
    }

    /// <summary>Tells the client that it has seen everything up to a version.</summary>
    public Task BookmarkAsync(long version, bool initialEventsEnd, CancellationToken ct)
    {
        var meta = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEventsEnd) meta["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        var bookmark = new JsonObject { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = meta };
        return SendAsync("BOOKMARK", bookmark.ToUtf8(), ct);
    }

    public async Task FlushAsync(CancellationToken ct) => await output.FlushAsync(ct);

    private async Task SendAsync(string kind, byte[] obj, CancellationToken ct)
    {
        output.Write(Encoding.UTF8.GetBytes($"{{\"type\":\"{kind}\",\"object\":"));
        output.Write(obj);
        output.Write("}\n"u8);
        // A long initial list must not pile up in memory when the client reads slowly.
        if (output.UnflushedBytes > 64 * 1024) await output.FlushAsync(ct);
    }
}
