using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>A request for a resource, read from its path.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Namespace">Empty for a cluster-scoped kind and for a request across namespaces.</param>
/// <param name="Name">Empty for a collection.</param>
/// <param name="Subresource">Empty for the object itself.</param>
/// <param name="Rest">What follows the subresource, as written.</param>
internal sealed record ResourceRequest(ResourceType Type, string Namespace, string Name, string Subresource, string Rest)
{
    /// <summary>
    /// Reads <c>/api/v1/...</c> and <c>/apis/{group}/{version}/...</c>, with or without <c>namespaces/{ns}</c>.
    /// Null when nothing is served there.
    /// </summary>
    public static ResourceRequest? Parse(string path, ResourceCatalog catalog)
    {
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return steps switch
        {
            ["api", var version, .. var rest] => Parse("", version, rest, path, catalog),
            ["apis", var group, var version, .. var rest] => Parse(group, version, rest, path, catalog),
            _ => null,
        };
    }

    private static ResourceRequest? Parse(string group, string version, string[] steps, string path, ResourceCatalog catalog)
    {
        // namespaces/x/status is the status of a namespace, not a resource called status in it.
        var isInNamespace = steps is ["namespaces", _, var inner, ..] && !(group.Length == 0 && inner is "status" or "finalize");
        var ns = isInNamespace ? steps[1] : "";
        if (isInNamespace) steps = steps[2..];
        if (steps.Length == 0 || catalog.Find(group, version, steps[0]) is not { } type) return null;
        if (isInNamespace && !type.Namespaced) return null;
        if (!isInNamespace && type.Namespaced && steps.Length > 1) return null;
        return new(type, ns, steps.ElementAtOrDefault(1) ?? "", steps.ElementAtOrDefault(2) ?? "", Tail(path, (group.Length == 0 ? 2 : 3) + (isInNamespace ? 2 : 0) + 3));
    }

    /// <summary>The path behind a number of steps, its slashes kept as the client wrote them.</summary>
    private static string Tail(string path, int steps)
    {
        var at = 0;
        for (var i = 0; i <= steps && at >= 0; i++) at = path.IndexOf('/', i == 0 ? 0 : at + 1);
        return at < 0 ? "" : path[at..];
    }
}
