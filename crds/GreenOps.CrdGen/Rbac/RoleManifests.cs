using System.Text.Json.Nodes;
using GreenOps.Hosting;

namespace GreenOps.CrdGen.Rbac;

/// <summary>The roles, bindings and service account for an operator that watches all namespaces.</summary>
public static class RoleManifests
{
    /// <summary>Name of all that is installed for the operator, of its service account and of its Lease.</summary>
    public const string OperatorName = "greenops-operator";

    /// <summary>The operator's namespace.</summary>
    public const string OperatorNamespace = "greenops";

    /// <summary>Name of the one Secret, in the operator's namespace, that may hold what carbon providers ask for.</summary>
    public const string SecretName = "greenops-carbon";

    private const string Header =
        """
        # Generated from the [EntityRbac] and [GenericRbac] attributes of the operator's classes; edit those, then run:
        # dotnet run --project crds/GreenOps.CrdGen -- --output crds --chart charts/greenops

        """;

    /// <summary>The manifests that grant the rights.</summary>
    public static IReadOnlyList<CrdManifest> Of(IReadOnlyList<Right> rights) =>
    [
        Manifest("service_account.yaml", ServiceAccount()),
        // Of all namespaces, default is one: what is needed there is granted with the rest.
        Manifest("role.yaml", Role("ClusterRole", OperatorName, null, PolicyRules.Of(rights.Where(right => right.Scope is not (RbacScope.Own or RbacScope.Named))))),
        Manifest("role_binding.yaml", Binding("ClusterRole", OperatorName, null)),
        Manifest("leader_role.yaml", Role("Role", $"{OperatorName}-leader", OperatorNamespace, PolicyRules.Of(rights.Where(right => right.Scope == RbacScope.Own), OperatorName))),
        Manifest("leader_role_binding.yaml", Binding("Role", $"{OperatorName}-leader", OperatorNamespace)),
        Manifest("carbon_role.yaml", Role("Role", $"{OperatorName}-carbon", OperatorNamespace, PolicyRules.Of(rights.Where(right => right.Scope == RbacScope.Named), SecretName))),
        Manifest("carbon_role_binding.yaml", Binding("Role", $"{OperatorName}-carbon", OperatorNamespace)),
    ];

    private static CrdManifest Manifest(string file, JsonObject content) => new(file, Header + YamlText.Write(content));

    private static JsonObject ServiceAccount() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ServiceAccount",
        ["metadata"] = Metadata(OperatorName, OperatorNamespace),
    };

    private static JsonObject Role(string kind, string name, string? ns, JsonArray rules) => new()
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1",
        ["kind"] = kind,
        ["metadata"] = Metadata(name, ns),
        ["rules"] = rules,
    };

    private static JsonObject Binding(string roleKind, string role, string? ns) => new()
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1",
        ["kind"] = $"{roleKind}Binding",
        ["metadata"] = Metadata(role, ns),
        ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = roleKind, ["name"] = role },
        ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = OperatorName, ["namespace"] = OperatorNamespace }),
    };

    private static JsonObject Metadata(string name, string? ns)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (ns is not null)
        {
            metadata["namespace"] = ns;
        }

        metadata["labels"] = new JsonObject { ["app.kubernetes.io/part-of"] = "greenops" };
        return metadata;
    }
}
