using System.Globalization;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Schema;
using GreenOps.Sandbox.Api.Storage;
using GreenOps.Sandbox.Api.Writing;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>Answers the requests for objects and collections of objects.</summary>
internal sealed class ResourceEndpoint(ObjectStore store, ObjectWriter writer, Deleter deleter, ResourceLister lister, ResourceWatcher watcher, Answers answers)
{
    private const string JsonPatchType = "application/json-patch+json";
    private const string MergePatchType = "application/merge-patch+json";
    private const string StrategicPatchType = "application/strategic-merge-patch+json";
    private const string ApplyPatchType = "application/apply-patch+yaml";

    /// <summary>Whether the object of a request is there.</summary>
    public bool Exists(ResourceRequest request) => store.Get(request.Type.Storage, new(request.Namespace, request.Name)) is not null;

    /// <summary>Answers one request for an object, its status or its scale, or for a collection.</summary>
    public Task HandleAsync(HttpContext http, ResourceRequest request) => (http.Request.Method, request) switch
    {
        ("GET", { Name.Length: 0 }) when IsTrue(http, "watch") => watcher.WatchAsync(http, request),
        ("GET", { Name.Length: 0 }) => lister.ListAsync(http, request),
        ("GET", { Subresource: "" or "status" }) when IsTrue(http, "watch") => watcher.WatchAsync(http, request),
        ("GET", { Subresource: "" or "status" }) => GetAsync(http, request),
        ("POST", { Name.Length: 0 }) => CreateAsync(http, request),
        // The server for custom resources has no routes of its own for each verb, so it looks at the name first.
        ("PUT" or "PATCH", { Name.Length: 0, Type.Custom: not null }) => throw ApiStatusException.BadRequest("name must be provided"),
        ("PUT", { Name.Length: > 0, Subresource: "" or "status" }) => UpdateAsync(http, request),
        ("PATCH", { Name.Length: > 0, Subresource: "" or "status" }) => PatchAsync(http, request),
        ("DELETE", { Name.Length: > 0, Subresource: "" }) => DeleteAsync(http, request),
        ("DELETE", { Name.Length: 0 }) => DeleteCollectionAsync(http, request),
        ("GET" or "PUT" or "PATCH", { Subresource: "scale", Type.Scale: not null }) => ScaleAsync(http, request),
        ("POST" or "DELETE", { Subresource: "status" or "scale", Type.Custom: not null }) => throw ApiStatusException.NotSupported(request.Type, http.Request.Method),
        (_, { Subresource.Length: > 0, Type.Custom: not null }) => throw ApiStatusException.NotFound(request.Type, request.Name),
        (_, { Subresource.Length: 0 }) => throw ApiStatusException.MethodNotAllowed(http.Request.Method),
        _ => throw ApiStatusException.NoSuchPath(),
    };

    private Task GetAsync(HttpContext http, ResourceRequest request) => answers.ObjectAsync(http, request.Type, Find(request).As(request.Type));

    private async Task CreateAsync(HttpContext http, ResourceRequest request)
    {
        if (request.Type.Namespaced && request.Namespace.Length == 0) throw ApiStatusException.NoSuchPath();
        var body = await Body.ReadObjectAsync(http.Request, http.RequestAborted);
        await AnswerAsync(http, request.Type, writer.Create(request.Type, request.Namespace, body, Options(http, request)));
    }

    private async Task UpdateAsync(HttpContext http, ResourceRequest request)
    {
        RequireSubresource(request);
        var body = await Body.ReadObjectAsync(http.Request, http.RequestAborted);
        await AnswerAsync(http, request.Type, writer.Update(request.Type, request.Namespace, request.Name, body, Options(http, request)));
    }

    private async Task PatchAsync(HttpContext http, ResourceRequest request)
    {
        RequireSubresource(request);
        var (type, ns, name) = (request.Type, request.Namespace, request.Name);
        var options = Options(http, request);
        var media = MediaType(http);
        var body = await Body.ReadAsync(http.Request, http.RequestAborted);
        if (media.StartsWith("application/apply-patch", StringComparison.Ordinal))
        {
            RequireFieldManager(http);
            var applied = body as JsonObject ?? throw ApiStatusException.BadRequest("the applied configuration must be an object");
            await AnswerAsync(http, type, writer.Apply(type, ns, name, applied, options));
            return;
        }
        var patch = PatchFunction(media, body, type);
        await AnswerAsync(http, type, writer.Patch(type, ns, name, patch, options));
    }

    private static Func<JsonObject, JsonObject> PatchFunction(string media, JsonNode? body, ResourceType type) => (media, body) switch
    {
        (JsonPatchType, JsonArray operations) => live => JsonPatch.Apply(live, operations) as JsonObject ?? throw ApiStatusException.BadRequest("the patched document is no object"),
        (MergePatchType, JsonObject patch) => live => (JsonObject)MergePatch.Apply(live, patch)!,
        (StrategicPatchType, JsonObject patch) when type.Custom is null => live => StrategicMergePatch.Apply(live, patch, type.Schema),
        (JsonPatchType, _) => throw ApiStatusException.BadRequest($"error decoding patch: json: cannot unmarshal {GoText.JsonKind(body)} into Go value of type []handlers.jsonPatchOp"),
        (MergePatchType, _) => throw ApiStatusException.BadRequest($"error decoding patch: json: cannot unmarshal {GoText.JsonKind(body)} into Go value of type map[string]interface {{}}"),
        _ => throw ApiStatusException.UnsupportedMediaType(
            "the body of the request was in an unknown format - accepted media types include: "
            + string.Join(", ", type.Custom is null ? [JsonPatchType, MergePatchType, StrategicPatchType, ApplyPatchType] : [JsonPatchType, MergePatchType, ApplyPatchType])),
    };

    private async Task DeleteAsync(HttpContext http, ResourceRequest request)
    {
        var options = await DeleteOptionsAsync(http);
        var (deleted, gone) = deleter.Delete(request.Type, request.Namespace, request.Name, options);
        await (gone && !AnswersWithTheObject(request.Type)
            ? Answers.SuccessAsync(http, request.Type, deleted.Value)
            : answers.ObjectAsync(http, request.Type, deleted.As(request.Type)));
    }

    // As Kubernetes does for these kinds; typed clients read the answer as the object.
    private static bool AnswersWithTheObject(ResourceType type) =>
        type.Storage is { Group: "", Plural: "pods" or "services" or "persistentvolumes" or "persistentvolumeclaims" or "serviceaccounts" or "podtemplates" or "resourcequotas" };

    private async Task DeleteCollectionAsync(HttpContext http, ResourceRequest request)
    {
        var options = await DeleteOptionsAsync(http);
        var (labels, fields) = (Selectors.Labels(http.Request.Query["labelSelector"]), Selectors.Fields(http.Request.Query["fieldSelector"], request.Type));
        var deleted = new List<StoredObject>();
        foreach (var item in store.List(request.Type.Storage, request.Namespace))
        {
            var obj = item.As(request.Type);
            // Deleting an owner may have deleted this one on the way.
            if (!labels(obj) || !fields(obj) || store.Get(request.Type.Storage, new(obj.Namespace(), obj.Name())) is null) continue;
            deleted.Add(deleter.Delete(request.Type, obj.Namespace(), obj.Name(), options).Object);
        }
        await answers.ListAsync(http, request.Type, Answers.ListMeta(request.Type, store.Version), deleted);
    }

    private async Task ScaleAsync(HttpContext http, ResourceRequest request)
    {
        var (type, paths) = (request.Type, request.Type.Scale!);
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await Answers.JsonAsync(http, 200, ScaleView.Of(Find(request).As(type), paths));
            return;
        }
        var media = MediaType(http);
        var body = await Body.ReadAsync(http.Request, http.RequestAborted);
        var isPut = HttpMethods.IsPut(http.Request.Method);
        var result = writer.Patch(type, request.Namespace, request.Name, live =>
        {
            var scale = ScaleView.Of(live, paths);
            if (isPut && body.String("metadata", "name") is { } name && name != request.Name)
                throw ApiStatusException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
            var wanted = isPut ? body as JsonObject ?? [] : PatchFunction(media == StrategicPatchType ? MergePatchType : media, body, type)(scale);
            return ScaleView.WriteTo(live, wanted, paths);
        }, Options(http, request) with { Subresource = "scale" });
        await Answers.JsonAsync(http, 200, ScaleView.Of(result.Object, paths));
    }

    private StoredObject Find(ResourceRequest request)
    {
        RequireSubresource(request);
        return store.Get(request.Type.Storage, new(request.Namespace, request.Name)) ?? throw ApiStatusException.NotFound(request.Type, request.Name);
    }

    private static void RequireSubresource(ResourceRequest request)
    {
        if (request.Subresource == "status" && !request.Type.HasStatus) throw ApiStatusException.NoSuchPath();
    }

    private Task AnswerAsync(HttpContext http, ResourceType type, WriteResult result) =>
        answers.ObjectAsync(http, type, result.Object, result.Created ? 201 : 200);

    private static void RequireFieldManager(HttpContext http)
    {
        if (string.IsNullOrEmpty(http.Request.Query["fieldManager"]))
            throw ApiStatusException.Invalid("meta.k8s.io", "PatchOptions", "", [FieldError.Required("fieldManager", "is required for apply patch")]);
    }

    private static WriteOptions Options(HttpContext http, ResourceRequest request)
    {
        var query = http.Request.Query;
        RefuseUnknownOptions(http);
        return new()
        {
            Manager = query["fieldManager"] is [{ Length: > 0 } manager] ? manager : UserAgentName(http),
            DryRun = query["dryRun"].Contains("All"),
            Force = IsTrue(http, "force"),
            Warn = warning => http.Response.Headers.Append("Warning", $"299 - \"{warning.Replace("\"", "\\\"", StringComparison.Ordinal)}\""),
            Subresource = request.Subresource,
            Validation = query["fieldValidation"].ToString() switch { "Strict" => FieldValidation.Strict, "Ignore" => FieldValidation.Ignore, _ => FieldValidation.Warn },
        };
    }

    private static void RefuseUnknownOptions(HttpContext http)
    {
        var query = http.Request.Query;
        var errors = new List<FieldError>();
        if (query["dryRun"] is { Count: > 0 } runs && runs.Any(run => run != "All"))
            errors.Add(FieldError.Unsupported("dryRun", new JsonArray([.. runs.Select(run => (JsonNode?)run)]), ["All"]));
        if (query["fieldValidation"] is [{ } validation] && validation is not ("" or "Ignore" or "Strict" or "Warn"))
            errors.Add(FieldError.Unsupported("fieldValidation", validation, ["", "Ignore", "Strict", "Warn"]));
        if (errors.Count == 0) return;
        throw ApiStatusException.Invalid("meta.k8s.io", http.Request.Method switch { "POST" => "CreateOptions", "PUT" => "UpdateOptions", _ => "PatchOptions" }, "", errors);
    }

    private static string UserAgentName(HttpContext http)
    {
        var name = http.Request.Headers.UserAgent.ToString().Split('/')[0];
        return name.Length == 0 ? "unknown" : name;
    }

    private static async Task<DeleteOptions> DeleteOptionsAsync(HttpContext http)
    {
        var body = await Body.ReadAsync(http.Request, http.RequestAborted) as JsonObject;
        var query = http.Request.Query;
        var propagation = body.String("propagationPolicy") ?? (query["propagationPolicy"] is [{ Length: > 0 } policy] ? policy : null);
        var grace = body.Long("gracePeriodSeconds")
            ?? (long.TryParse(query["gracePeriodSeconds"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds : null);
        var orphans = body.Bool("orphanDependents") ?? (IsTrue(http, "orphanDependents") ? true : null);
        return new()
        {
            Propagation = propagation ?? (orphans == true ? "Orphan" : "Background"),
            GracePeriodSeconds = grace,
            Uid = body.String("preconditions", "uid"),
            ResourceVersion = body.String("preconditions", "resourceVersion"),
            DryRun = query["dryRun"].Contains("All") || body.Array("dryRun").Strings().Contains("All"),
        };
    }

    private static string MediaType(HttpContext http) => http.Request.ContentType?.Split(';')[0].Trim() ?? "";

    private static bool IsTrue(HttpContext http, string name) => http.Request.Query[name].ToString() is "true" or "1" or "True";
}
