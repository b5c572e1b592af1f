using System.Globalization;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Storage;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>Answers <c>pods/log</c> from the kubelet's log source.</summary>
internal sealed class PodLogEndpoint(ObjectStore store, IPodLogSource? source)
{
    public async Task HandleAsync(HttpContext http, ResourceRequest request)
    {
        if (!HttpMethods.IsGet(http.Request.Method)) throw ApiStatusException.MethodNotAllowed(http.Request.Method);
        var pod = store.Get(request.Type.Storage, new(request.Namespace, request.Name))?.Value ?? throw ApiStatusException.NotFound(request.Type, request.Name);
        var query = http.Request.Query;
        var containers = pod.Array("spec", "containers")?.Select(container => container.String("name") ?? "").ToList() ?? [];
        var initContainers = pod.Array("spec", "initContainers")?.Select(container => container.String("name") ?? "").ToList() ?? [];
        var container = query["container"] is [{ Length: > 0 } named] ? named : containers is [var only] ? only : null;
        if (container is null)
            throw ApiStatusException.BadRequest($"a container name must be specified for pod {request.Name}, choose one of: [{string.Join(' ', containers)}]");
        if (!containers.Contains(container) && !initContainers.Contains(container))
            throw ApiStatusException.BadRequest($"container {container} is not valid for pod {request.Name}");
        int? tail = int.TryParse(query["tailLines"], NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? lines : null;
        var isPrevious = query["previous"] == "true";
        await using var output = source is null
            ? null
            : await source.OpenAsync(request.Namespace, request.Name, container, query["follow"] == "true", tail, isPrevious, http.RequestAborted);
        if (output is null)
        {
            throw isPrevious
                ? ApiStatusException.BadRequest($"previous terminated container \"{container}\" in pod \"{request.Name}\" not found")
                : ApiStatusException.BadRequest($"container \"{container}\" in pod \"{request.Name}\" is waiting to start: ContainerCreating");
        }
        http.Response.ContentType = "text/plain";
        await http.Response.StartAsync(http.RequestAborted);
        await CopyAsync(output, http.Response, http.RequestAborted);
    }

    /// <summary>Hands on each piece as soon as it is there: a follower waits for lines, not for full buffers.</summary>
    private static async Task CopyAsync(Stream output, HttpResponse response, CancellationToken ct)
    {
        var buffer = new byte[16 * 1024];
        while (await output.ReadAsync(buffer, ct) is var read and > 0)
        {
            await response.Body.WriteAsync(buffer.AsMemory(0, read), ct);
            await response.Body.FlushAsync(ct);
        }
    }
}
