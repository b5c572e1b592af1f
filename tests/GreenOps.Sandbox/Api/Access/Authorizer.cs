using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;
using GreenOps.Sandbox.Api.Storage;

namespace GreenOps.Sandbox.Api.Access;

/// <summary>Role-based access control as Kubernetes does it: what the roles and bindings among the objects grant to a user.</summary>
internal sealed class Authorizer(ObjectStore store)
{
    /// <summary>What the names of service accounts begin with when they are users.</summary>
    public const string ServiceAccountPrefix = "system:serviceaccount:";

    private const string Group = "rbac.authorization.k8s.io";
    private static readonly StorageKey Roles = new(Group, "roles");
    private static readonly StorageKey ClusterRoles = new(Group, "clusterroles");
    private static readonly StorageKey RoleBindings = new(Group, "rolebindings");
    private static readonly StorageKey ClusterRoleBindings = new(Group, "clusterrolebindings");

    /// <summary>Whether some role that is bound to the user has a rule for this.</summary>
    public bool Allows(string user, ApiAccess access) => user == Identities.Administrator
        || IsGranted(store.List(ClusterRoleBindings, ""), user, access)
        || (access.Namespace.Length > 0 && IsGranted(store.List(RoleBindings, access.Namespace), user, access));

    private bool IsGranted(IReadOnlyList<StoredObject> bindings, string user, ApiAccess access) => bindings
        .Select(binding => binding.Value)
        .Where(binding => binding.Array("subjects")?.Any(subject => IsUser(subject, user)) == true)
        .Any(binding => Rules(binding).Any(rule => Permits(rule, access)));

    private IEnumerable<JsonNode?> Rules(JsonObject binding)
    {
        var name = binding.String("roleRef", "name") ?? "";
        var role = binding.String("roleRef", "kind") == "ClusterRole" ? store.Get(ClusterRoles, new("", name)) : store.Get(Roles, new(binding.Namespace(), name));
        return role?.Value.Array("rules")?.AsEnumerable() ?? [];
    }

    private static bool IsUser(JsonNode? subject, string user) => (subject.String("kind"), subject.String("name")) switch
    {
        ("ServiceAccount", var name) => user == $"{ServiceAccountPrefix}{subject.String("namespace")}:{name}",
        ("User", var name) => user == name,
        ("Group", "system:authenticated") => true,
        ("Group", "system:serviceaccounts") => user.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal),
        ("Group", { } name) when name.StartsWith("system:serviceaccounts:", StringComparison.Ordinal) =>
            user.StartsWith($"{ServiceAccountPrefix}{name["system:serviceaccounts:".Length..]}:", StringComparison.Ordinal),
        _ => false,
    };

    private static bool Permits(JsonNode? rule, ApiAccess access) =>
        Holds(rule, "verbs", access.Verb)
        && Holds(rule, "apiGroups", access.Group)
        && (access.Subresource.Length == 0
            ? Holds(rule, "resources", access.Resource)
            : Holds(rule, "resources", $"{access.Resource}/{access.Subresource}") || Holds(rule, "resources", $"*/{access.Subresource}"))
        && (rule.Array("resourceNames") is not { Count: > 0 } names || names.Strings().Contains(access.Name));

    private static bool Holds(JsonNode? rule, string list, string value) =>
        rule.Array(list)?.Strings().Any(item => item == "*" || item == value) == true;
}
