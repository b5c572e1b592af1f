using System.Globalization;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Storage;



namespace GreenOps.Sandbox.Api.Http;

/// <summary>Forwards requests to a service's cluster IP or to a pod's IP, bodies streamed in both directions.</summary>
internal sealed class ServiceProxy(ObjectStore store) : IDisposable
{
    /// <summary>Headers that belong to one connection and must not travel on (RFC 9110, section 7.6.1).</summary>
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Host",
    };

    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) });

    public async Task HandleAsync(HttpContext http, ResourceRequest request)
    {
        var target = Target(request, http.Request);
        using var outgoing = new HttpRequestMessage(new HttpMethod(http.Request.Method), target);
        if (http.Request.ContentLength is not (null or 0) || http.Request.Headers.TransferEncoding.Count > 0) outgoing.Content = new StreamContent(http.Request.Body);
        foreach (var (name, values) in http.Request.Headers)
        {
            if (HopByHop.Contains(name)) continue;
            if (!outgoing.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)) outgoing.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        using var answer = await SendAsync(outgoing, request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!HopByHop.Contains(name)) http.Response.Headers[name] = values.ToArray();
        }
        await using var body = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, http.RequestAborted) is var read and > 0)
        {
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage outgoing, ResourceRequest request, CancellationToken ct)
    {
        try
        {
            return await client.SendAsync(outgoing, ct);
        }
        catch (HttpRequestException error)
        {
            throw new ApiStatusException(503, "ServiceUnavailable", $"error trying to reach {request.Type.Singular} \"{request.Name}\": {error.Message}");
        }
    }

    private Uri Target(ResourceRequest request, HttpRequest incoming)
    {
        var (scheme, name, port) = request.Name.Split(':') switch
        {
            [var only] => ("http", only, ""),
            [var first, var second] => ("http", first, second),
            [var first, var second, var third] => (first.Length == 0 ? "http" : first, second, third),
            _ => throw ApiStatusException.BadRequest($"invalid proxy target \"{request.Name}\": use [scheme:]name[:port]"),
        };
        var obj = store.Get(request.Type.Storage, new(request.Namespace, name))?.Value ?? throw ApiStatusException.NotFound(request.Type, name);
        var isService = request.Type.Plural == "services";
        var host = isService ? obj.String("spec", "clusterIP") : obj.String("status", "podIP");
        if (host is null or "" or "None") throw Unavailable(request, isService ? "it has no cluster IP" : "it has no pod IP");
        var number = isService ? ServicePort(obj, port) : PodPort(obj, port);
        if (number is null) throw Unavailable(request, $"it has no port \"{port}\"");
        var rest = request.Rest.Length == 0 ? "/" : request.Rest;
        return new Uri($"{scheme}://{host}:{number}{new PathString(rest).ToUriComponent()}{incoming.QueryString.ToUriComponent()}");
    }

    private static long? ServicePort(JsonObject service, string wanted)
    {
        var ports = service.Array("spec", "ports");
        if (wanted.Length == 0) return ports?.Count > 0 ? ports[0].Long("port") : null;
        var found = ports?.FirstOrDefault(port => port.String("name") == wanted || port.Long("port")?.ToString(CultureInfo.InvariantCulture) == wanted);
        return found.Long("port");
    }

    private static long? PodPort(JsonObject pod, string wanted)
    {
        if (long.TryParse(wanted, CultureInfo.InvariantCulture, out var number)) return number;
        var ports = pod.Array("spec", "containers")?.SelectMany(container => container.Array("ports") ?? []).ToList() ?? [];
        return (wanted.Length == 0 ? ports.FirstOrDefault() : ports.Find(port => port.String("name") == wanted)).Long("containerPort") ?? (wanted.Length == 0 ? 80 : null);
    }

    private static ApiStatusException Unavailable(ResourceRequest request, string why) =>
        new(503, "ServiceUnavailable", $"no endpoints available for {request.Type.Singular} \"{request.Name}\": {why}");
}
