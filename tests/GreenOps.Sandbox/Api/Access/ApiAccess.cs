using GreenOps.Sandbox.Api.Http;

namespace GreenOps.Sandbox.Api.Access;

/// <summary>What a request wants to do, in the terms that roles are written in.</summary>
/// <param name="Verb">One of get, list, watch, create, update, patch, delete, deletecollection.</param>
/// <param name="Group">The API group; empty for core.</param>
/// <param name="Resource">The plural name.</param>
/// <param name="Subresource">Empty for the object itself.</param>
/// <param name="Namespace">Empty for a cluster-scoped kind and for a request across namespaces.</param>
/// <param name="Name">Empty for a collection.</param>
public sealed record ApiAccess(string Verb, string Group, string Resource, string Subresource, string Namespace, string Name)
{
    internal static ApiAccess Of(HttpRequest http, ResourceRequest request) => new(
        VerbOf(http, request), request.Type.Group, request.Type.Plural, request.Subresource, request.Namespace, request.Name);

    private static string VerbOf(HttpRequest http, ResourceRequest request) => http.Method switch
    {
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => request.Name.Length == 0 ? "deletecollection" : "delete",
        _ when request.Subresource.Length == 0 && http.Query["watch"].ToString() is "true" or "1" => "watch",
        _ => request.Name.Length == 0 ? "list" : "get",
    };
}
