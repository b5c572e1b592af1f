using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>Says what is served: the aggregated form (one request) and the old one (one request a group version).</summary>
internal sealed class Discovery(ResourceCatalog catalog)
{
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>Answers <c>/api</c>, <c>/apis</c> and below; null when nothing is served there.</summary>
    public (JsonObject Body, string ContentType)? Answer(string path, string accept)
    {
        var isAggregated = accept.Contains("g=apidiscovery.k8s.io", StringComparison.Ordinal) && accept.Contains("v=v2", StringComparison.Ordinal);
        var types = catalog.Types;
        return path.Trim('/').Split('/') switch
        {
            ["api"] when isAggregated => (Aggregated(types.Where(type => type.Group.Length == 0)), AggregatedType),
            ["apis"] when isAggregated => (Aggregated(types.Where(type => type.Group.Length > 0)), AggregatedType),
            ["api"] => (new() { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") }, Json),
            ["apis"] => (GroupList(types), Json),
            ["apis", var group] when types.Exists(type => type.Group == group) => (Group(group, types), Json),
            ["api", "v1"] => (ResourceList("v1", types.Where(type => type.Group.Length == 0)), Json),
            ["apis", var group, var version] when catalog.Serves(group, version) =>
                (ResourceList($"{group}/{version}", types.Where(type => type.Group == group && type.Version == version)), Json),
            _ => null,
        };
    }

    private const string Json = "application/json";

    private static JsonObject Aggregated(IEnumerable<ResourceType> types) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/v2",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. types.GroupBy(type => type.Group).Select(AggregatedGroup)]),
    };

    private static JsonNode AggregatedGroup(IGrouping<string, ResourceType> group) => new JsonObject
    {
        ["metadata"] = group.Key.Length == 0 ? [] : new JsonObject { ["name"] = group.Key },
        ["versions"] = new JsonArray([.. group.GroupBy(type => type.Version).Select(version => new JsonObject
        {
            ["version"] = version.Key,
            ["freshness"] = "Current",
            ["resources"] = new JsonArray([.. version.Select(AggregatedResource)]),
        })]),
    };

    private static JsonNode AggregatedResource(ResourceType type)
    {
        var resource = new JsonObject
        {
            ["resource"] = type.Plural,
            ["responseKind"] = Kind(type.Group, type.Version, type.Kind),
            ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = type.Singular,
            ["verbs"] = Verbs.ToJsonArray(),
        };
        if (type.ShortNames.Count > 0) resource["shortNames"] = type.ShortNames.ToJsonArray();
        if (type.Categories.Count > 0) resource["categories"] = type.Categories.ToJsonArray();
        var subresources = new JsonArray([.. Subresources(type).Select(sub => new JsonObject
        {
            ["subresource"] = sub.Name,
            ["responseKind"] = Kind(sub.Group, sub.Version, sub.Kind),
            ["verbs"] = sub.Verbs.ToJsonArray(),
        })]);
        if (subresources.Count > 0) resource["subresources"] = subresources;
        return resource;
    }

    private static JsonObject GroupList(IReadOnlyList<ResourceType> types) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. types.Select(type => type.Group).Where(group => group.Length > 0).Distinct().Select(group => Group(group, types))]),
    };

    private static JsonObject Group(string group, IReadOnlyList<ResourceType> types)
    {
        var versions = types.Where(type => type.Group == group).Select(type => type.Version).Distinct()
            .Select(version => (JsonNode)new JsonObject { ["groupVersion"] = $"{group}/{version}", ["version"] = version }).ToArray();
        return new()
        {
            ["kind"] = "APIGroup",
            ["apiVersion"] = "v1",
            ["name"] = group,
            ["preferredVersion"] = versions[0].DeepClone(),
            ["versions"] = new JsonArray(versions),
        };
    }

    private static JsonObject ResourceList(string groupVersion, IEnumerable<ResourceType> types)
    {
        var resources = new JsonArray();
        foreach (var type in types)
        {
            var resource = new JsonObject
            {
                ["name"] = type.Plural,
                ["singularName"] = type.Singular,
                ["namespaced"] = type.Namespaced,
                ["kind"] = type.Kind,
                ["verbs"] = Verbs.ToJsonArray(),
            };
            if (type.ShortNames.Count > 0) resource["shortNames"] = type.ShortNames.ToJsonArray();
            if (type.Categories.Count > 0) resource["categories"] = type.Categories.ToJsonArray();
            resources.Add(resource);
            foreach (var sub in Subresources(type))
            {
                resources.Add(new JsonObject
                {
                    ["name"] = $"{type.Plural}/{sub.Name}",
                    ["singularName"] = "",
                    ["namespaced"] = type.Namespaced,
                    ["group"] = sub.Group,
                    ["version"] = sub.Version,
                    ["kind"] = sub.Kind,
                    ["verbs"] = sub.Verbs.ToJsonArray(),
                });
            }
        }
        return new() { ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = groupVersion, ["resources"] = resources };
    }

    private static IEnumerable<(string Name, string Group, string Version, string Kind, string[] Verbs)> Subresources(ResourceType type)
    {
        if (type.HasStatus) yield return ("status", type.Group, type.Version, type.Kind, ["get", "patch", "update"]);
        if (type.Scale is not null) yield return ("scale", "autoscaling", "v1", "Scale", ["get", "patch", "update"]);
        if (type.Storage == new StorageKey("", "pods")) yield return ("log", "", "v1", "Pod", ["get"]);
        if (type.Storage == new StorageKey("", "pods")) yield return ("proxy", "", "v1", "PodProxyOptions", ["create", "delete", "get", "patch", "update"]);
        if (type.Storage == new StorageKey("", "services")) yield return ("proxy", "", "v1", "ServiceProxyOptions", ["create", "delete", "get", "patch", "update"]);
    }

    private static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };
}
