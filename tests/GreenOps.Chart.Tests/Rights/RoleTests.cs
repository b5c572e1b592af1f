using System.Text.Json.Nodes;
using GreenOps.Chart.Tests.Rendering;
using GreenOps.CrdGen;
using GreenOps.CrdGen.Rbac;
using GreenOps.Hosting;

namespace GreenOps.Chart.Tests.Rights;

public sealed class RoleTests
{
    private static readonly IReadOnlyList<Right> Declared = Outputs.Rights();

    [Fact]
    public void The_roles_are_what_the_code_declares()
    {
        using var log = new StringWriter();
        var outputs = Outputs.All(new DirectoryInfo(Repository.PathOf("crds")), new DirectoryInfo(Repository.Chart));

        var code = outputs.Max(output => ManifestFolder.Check([output.Folder], output.Files, log));

        Assert.True(code == 0, log.ToString());
    }

    [Fact]
    public void The_roles_name_no_wildcard()
    {
        var granted = Granted.By(Repository.Manifests("crds/rbac").Where(IsRole)).ToList();

        Assert.NotEmpty(granted);
        Assert.DoesNotContain(granted, right => right.ToString().Contains('*', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secrets_are_read_by_name_and_neither_listed_nor_watched()
    {
        var release = await Release.RenderAsync(Release.Values("everything.yaml"));

        Assert.Equal(["get secrets greenops/greenops-carbon"], SecretsIn(Repository.Manifests("crds/rbac").Where(IsRole)));
        Assert.Equal(["get secrets greenops/watttime", "get secrets team/electricity-maps"], SecretsIn(OperatorRoles(release)));
    }

    [Fact]
    public async Task The_chart_grants_for_all_namespaces_what_the_crds_folder_does()
    {
        var release = await Release.RenderAsync();

        Assert.Equal(Sorted(Granted.By(Repository.Manifests("crds/rbac").Where(IsRole))), Sorted(Granted.By(OperatorRoles(release))));
        Assert.Equal(Sorted(Granted.By(Declared)), Sorted(Granted.By(OperatorRoles(release))));
    }

    [Fact]
    public async Task Watching_one_namespace_the_operator_gets_each_right_where_it_is_needed_and_nowhere_else()
    {
        var release = await Release.RenderAsync(Release.Values("namespaced.yaml"));
        var roles = release.All("Role").ToLookup(role => (string)role["metadata"]!["namespace"]!);
        var cluster = release.All("ClusterRole").Where(role => (string?)role["metadata"]!["name"] == "greenops");

        Assert.Equal(["default", "greenops", "models"], roles.Select(scope => scope.Key).Order(StringComparer.Ordinal));
        Assert.Equal(Of(RbacScope.Cluster), Sorted(Granted.By(cluster)));
        Assert.Equal(Of(RbacScope.Watched), Sorted(Granted.By(roles["models"])));
        Assert.Equal(Of(RbacScope.Default), Sorted(Granted.By(roles["default"])));
        Assert.Equal(Of(RbacScope.Own, RbacScope.Named), Sorted(Granted.By(roles["greenops"])));
    }

    [Fact]
    public async Task Without_rbac_create_nothing_is_granted_to_the_operator()
    {
        var release = await Release.RenderAsync("--set", "rbac.create=false", "--set", "rbac.aggregateToUserRoles=false");

        Assert.DoesNotContain(release.Objects, item => ((string)item["kind"]!).Contains("Role", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Kustomize_installs_every_file()
    {
        Tool.Kubectl.Require();

        var answer = await Tool.Kubectl.RunAsync("kustomize", Repository.PathOf("crds"));

        Assert.True(answer.Code == 0, answer.Errors);
        var installed = Repository.Manifests("crds").Concat(Repository.Manifests("crds/rbac")).Count();
        Assert.Equal(installed, answer.Output.Split('\n').Count(line => line.StartsWith("kind: ", StringComparison.Ordinal)));
    }

    private static List<string> SecretsIn(IEnumerable<JsonObject> roles) =>
    [
        .. (from role in roles
            from rule in role["rules"]!.AsArray()
            where rule!["resources"]!.AsArray().Any(resource => (string?)resource == "secrets")
            from verb in rule["verbs"]!.AsArray()
            from name in rule["resourceNames"]?.AsArray() ?? ["any"]
            select $"{verb} secrets {role["metadata"]!["namespace"]}/{name}").Order(StringComparer.Ordinal),
    ];

    private static IReadOnlyList<Granted> Of(params RbacScope[] scopes) => Sorted(Granted.By(Declared.Where(right => scopes.Contains(right.Scope))));

    private static IReadOnlyList<Granted> Sorted(IEnumerable<Granted> rights) => [.. rights.Distinct().Order()];

    private static bool IsRole(JsonObject item) => (string?)item["kind"] is "Role" or "ClusterRole";

    /// <summary>Without the roles that are for people.</summary>
    private static IEnumerable<JsonObject> OperatorRoles(Release release) => release.Objects
        .Where(IsRole)
        .Where(role => role["metadata"]!["labels"]!["rbac.authorization.k8s.io/aggregate-to-admin"] is null);
}
