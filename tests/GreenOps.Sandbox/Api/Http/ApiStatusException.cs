using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Access;
using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Schema;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>A refusal: the Kubernetes Status object that the client gets. Sentences and reasons are Kubernetes' own.</summary>
internal sealed class ApiStatusException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code { get; } = code;

    public string Reason { get; } = reason;

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0) status["reason"] = Reason;
        if (details is not null) status["details"] = details.DeepClone();
        status["code"] = Code;
        return status;
    }

    public static ApiStatusException NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.QualifiedPlural} \"{name}\" not found", Details(type, name));

    public static ApiStatusException NamespaceNotFound(string ns) =>
        new(404, "NotFound", $"namespaces \"{ns}\" not found", new JsonObject { ["name"] = ns, ["kind"] = "namespaces" });

    public static ApiStatusException NoSuchPath() => new(404, "NotFound", "the server could not find the requested resource", new JsonObject());

    public static ApiStatusException AlreadyExists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type.QualifiedPlural} \"{name}\" already exists", Details(type, name));

    public static ApiStatusException Conflict(ResourceType type, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedPlural} \"{name}\": {why}", Details(type, name));

    public static ApiStatusException Modified(ResourceType type, string name) =>
        Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiStatusException Forbidden(ResourceType type, string name, string why, JsonArray? causes = null)
    {
        var details = Details(type, name);
        details.SetOrRemove("causes", causes);
        var what = name.Length == 0 ? type.QualifiedPlural : $"{type.QualifiedPlural} \"{name}\"";
        return new(403, "Forbidden", $"{what} is forbidden: {why}", details);
    }

    public static ApiStatusException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    /// <summary>A refusal by the user's roles, before the request is looked at any further.</summary>
    public static ApiStatusException AccessDenied(string user, ResourceType type, ApiAccess access)
    {
        var resource = access.Subresource.Length == 0 ? access.Resource : $"{access.Resource}/{access.Subresource}";
        var where = access.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{access.Namespace}\"";
        return Forbidden(type, access.Name, $"User \"{user}\" cannot {access.Verb} resource \"{resource}\" in API group \"{access.Group}\" {where}");
    }

    public static ApiStatusException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiStatusException MethodNotAllowed(string verb) =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = verb }) });

    /// <summary>The answer of the server for custom resources to a verb that a subresource does not have.</summary>
    public static ApiStatusException NotSupported(ResourceType type, string method) =>
        new(405, "MethodNotAllowed", $"{(method == "POST" ? "create" : "delete")} is not supported on resources of kind \"{type.QualifiedPlural}\"", new JsonObject { ["group"] = type.Group, ["kind"] = type.Plural });

    public static ApiStatusException NotAcceptable() =>
        new(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf");

    public static ApiStatusException Expired(string message) => new(410, "Expired", message);

    public static ApiStatusException UnsupportedMediaType(string message) => new(415, "UnsupportedMediaType", message);

    public static ApiStatusException Invalid(string group, string kind, string name, IReadOnlyList<FieldError> errors)
    {
        var qualifiedKind = group.Length == 0 ? kind : $"{kind}.{group}";
        var messages = errors.Select(error => error.ToString()).Distinct().ToList();
        var summary = messages.Count == 1 ? messages[0] : $"[{string.Join(", ", messages)}]";
        var details = new JsonObject { ["name"] = name, ["group"] = group, ["kind"] = kind };
        if (name.Length == 0) details.Remove("name");
        if (group.Length == 0) details.Remove("group");
        if (kind.Length == 0) details.Remove("kind");
        details["causes"] = new JsonArray([.. errors.Select(error => error.ToCause())]);
        return new(422, "Invalid", $"{qualifiedKind} \"{name}\" is invalid: {summary}", details);
    }

    public static ApiStatusException Invalid(ResourceType type, string name, IReadOnlyList<FieldError> errors) =>
        Invalid(type.Group, type.Kind, name, errors);

    private static JsonObject Details(ResourceType type, string name)
    {
        var details = new JsonObject { ["name"] = name };
        if (type.Group.Length > 0) details["group"] = type.Group;
        details["kind"] = type.Plural;
        return details;
    }
}
