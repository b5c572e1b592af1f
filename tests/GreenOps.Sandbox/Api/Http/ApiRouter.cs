using GreenOps.Sandbox.Api.Access;
using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>Finds who answers a request, refuses what its user may not do, turns refusals into Status objects and records requests.</summary>
internal sealed partial class ApiRouter(
    ResourceCatalog catalog, ResourceEndpoint resources, Discovery discovery, OpenApi openApi, PodLogEndpoint logs, ServiceProxy proxy,
    Identities identities, Authorizer authorizer, AuditLog audit, TimeProvider clock, ILogger<ApiRouter> logger)
{
    public async Task HandleAsync(HttpContext http)
    {
        var user = identities.UserOf(http.Request);
        var request = ResourceRequest.Parse(http.Request.Path.Value ?? "/", catalog);
        var access = request is null ? null : ApiAccess.Of(http.Request, request);
        Record(http, user, access);
        try
        {
            if (user is null) throw ApiStatusException.Unauthorized();
            await (request is null ? AnswerPageAsync(http) : HandleResourceAsync(http, request, user, access!));
        }
        catch (ApiStatusException refusal) when (!http.Response.HasStarted)
        {
            await Answers.JsonAsync(http, refusal.Code, refusal.ToStatus());
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody is left to answer.
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            LogFailed(logger, http.Request.Method, http.Request.Path, error);
            await Answers.JsonAsync(http, 500, new ApiStatusException(500, "InternalError", $"Internal error occurred: {error.Message}").ToStatus());
        }
    }

    /// <summary>Records the request once its answer begins: before the client knows it, and for a watch before it ends.</summary>
    private void Record(HttpContext http, string? user, ApiAccess? access) => http.Response.OnStarting(() =>
    {
        audit.Add(new(http.Request.Method, http.Request.Path.Value ?? "", http.Request.Headers.UserAgent.ToString(), http.Response.StatusCode, clock.GetUtcNow())
        {
            User = user ?? "",
            Access = access,
        });
        return Task.CompletedTask;
    });

    private Task AnswerPageAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (!IsRead(http.Request.Method)) return NoPageAsync(http);
        if (discovery.Answer(path, http.Request.Headers.Accept.ToString()) is var (body, contentType))
            return Answers.BytesAsync(http, 200, Objects.JsonHelpers.ToUtf8(body), contentType);
        return path.TrimEnd('/') switch
        {
            "/version" => Answers.JsonAsync(http, 200, ServerVersion.ToJson()),
            "/healthz" or "/readyz" or "/livez" => Answers.BytesAsync(http, 200, "ok"u8.ToArray(), "text/plain"),
            "/openapi/v2" when http.Request.Headers.Accept.ToString().Contains("protobuf", StringComparison.Ordinal) =>
                Answers.BytesAsync(http, 200, OpenApi.EmptyV2Protobuf, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"),
            "/openapi/v2" => Answers.JsonAsync(http, 200, OpenApi.EmptyV2()),
            "/openapi/v3" => Answers.JsonAsync(http, 200, openApi.Index()),
            var document when document.StartsWith("/openapi/v3/", StringComparison.Ordinal) && openApi.Document(document["/openapi/v3/".Length..]) is { } found =>
                Answers.JsonAsync(http, 200, found),
            _ => NoPageAsync(http),
        };
    }

    /// <summary>What is not even a path of the API gets no Status object.</summary>
    private static Task NoPageAsync(HttpContext http) => Answers.BytesAsync(http, 404, "404 page not found\n"u8.ToArray(), "text/plain; charset=utf-8");

    private Task HandleResourceAsync(HttpContext http, ResourceRequest request, string user, ApiAccess access)
    {
        Require(user, request, access);
        // Applying what is not there makes it.
        if (access is { Verb: "patch", Subresource.Length: 0 } && IsApply(http) && !resources.Exists(request)) Require(user, request, access with { Verb = "create", Name = "" });
        if (request is { Type.Group.Length: 0, Type.Plural: "pods", Subresource: "log" }) return logs.HandleAsync(http, request);
        if (request is { Type.Group.Length: 0, Type.Plural: "pods" or "services", Subresource: "proxy" }) return proxy.HandleAsync(http, request);
        if (!Negotiation.IsAcceptable(http.Request)) throw ApiStatusException.NotAcceptable();
        return resources.HandleAsync(http, request);
    }

    private void Require(string user, ResourceRequest request, ApiAccess access)
    {
        if (!authorizer.Allows(user, access)) throw ApiStatusException.AccessDenied(user, request.Type, access);
    }

    private static bool IsApply(HttpContext http) => http.Request.ContentType?.StartsWith("application/apply-patch", StringComparison.Ordinal) == true;

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, string method, PathString path, Exception error);
}
