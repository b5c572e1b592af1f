using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api;

using k8s;
using k8s.Autorest;
using k8s.Models;

using Xunit;

namespace GreenOps.Sandbox.Tests.Api;

public sealed class AccessTests : ApiServerTest
{
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1";
    private readonly string folder = Directory.CreateTempSubdirectory("greenops-test-").FullName;

    private string AuditPath => Path.Join(folder, "audit.log");

    protected override KubernetesApiOptions Options => base.Options with { AuditPath = AuditPath };

    [Fact]
    public async Task A_service_account_may_do_nothing_until_a_role_is_bound_to_it()
    {
        using var client = Account();

        var refused = await RefusedAsync(() => client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Ct));

        Assert.Equal(
            "configmaps is forbidden: User \"system:serviceaccount:default:worker\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"default\"",
            refused);
        await BindAsync("""{"apiGroups":[""],"resources":["configmaps"],"verbs":["list"]}""");
        Assert.Empty((await client.CoreV1.ListNamespacedConfigMapAsync("default", cancellationToken: Ct)).Items);
    }

    [Fact]
    public async Task A_role_of_a_namespace_says_nothing_of_another()
    {
        using var client = Account();
        await BindAsync("""{"apiGroups":[""],"resources":["configmaps"],"verbs":["list"]}""");

        await RefusedAsync(() => client.CoreV1.ListNamespacedConfigMapAsync("kube-system", cancellationToken: Ct));
        var everywhere = await RefusedAsync(() => client.CoreV1.ListConfigMapForAllNamespacesAsync(cancellationToken: Ct));

        Assert.EndsWith("at the cluster scope", everywhere, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_role_that_is_bound_in_the_cluster_holds_everywhere()
    {
        using var client = Account();
        await PostAsync($"{Roles}/clusterroles", """{"metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["list"]}]}""");
        await PostAsync($"{Roles}/clusterrolebindings", """
            {"metadata":{"name":"r"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"r"},
             "subjects":[{"kind":"ServiceAccount","name":"worker","namespace":"default"}]}
            """);

        Assert.Empty((await client.CoreV1.ListConfigMapForAllNamespacesAsync(cancellationToken: Ct)).Items);
    }

    [Fact]
    public async Task A_rule_with_names_holds_for_these_names()
    {
        using var client = Account();
        await BindAsync("""{"apiGroups":[""],"resources":["configmaps"],"resourceNames":["mine"],"verbs":["get","patch"]}""");
        await PostAsync(ConfigMaps, ConfigMap("mine"));
        await PostAsync(ConfigMaps, ConfigMap("yours"));

        Assert.Equal("mine", (await client.CoreV1.ReadNamespacedConfigMapAsync("mine", "default", cancellationToken: Ct)).Name());
        await RefusedAsync(() => client.CoreV1.ReadNamespacedConfigMapAsync("yours", "default", cancellationToken: Ct));
    }

    [Fact]
    public async Task Applying_what_is_not_there_takes_the_right_to_create_it()
    {
        using var client = Account();
        await BindAsync("""{"apiGroups":[""],"resources":["configmaps"],"verbs":["patch"]}""");
        await PostAsync(ConfigMaps, ConfigMap("old"));
        Task<V1ConfigMap> Apply(string name) => client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch(ConfigMap(name), V1Patch.PatchType.ApplyPatch), name, "default", fieldManager: "test", cancellationToken: Ct);

        await Apply("old");
        var refused = await RefusedAsync(() => Apply("new"));

        Assert.Contains("cannot create resource \"configmaps\"", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_right_to_objects_is_none_to_their_status()
    {
        using var client = Account();
        await BindAsync("""{"apiGroups":["batch"],"resources":["jobs"],"verbs":["patch"]}""");

        var refused = await RefusedAsync(() => client.BatchV1.PatchNamespacedJobStatusAsync(
            new V1Patch("{}", V1Patch.PatchType.MergePatch), "j", "default", cancellationToken: Ct));

        Assert.Contains("cannot patch resource \"jobs/status\" in API group \"batch\"", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_was_not_issued_is_refused()
    {
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "made-up");

        (await GetAsync(ConfigMaps)).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Every_request_is_a_line_in_the_audit_log()
    {
        using var client = Account();
        await RefusedAsync(() => client.BatchV1.PatchNamespacedJobStatusAsync(
            new V1Patch("{}", V1Patch.PatchType.MergePatch), "j", "default", cancellationToken: Ct));
        await GetAsync(ConfigMaps);
        Server.Audit.Dispose();

        var lines = File.ReadAllLines(AuditPath).Select(line => JsonNode.Parse(line)!).ToList();

        Assert.Equal(["system:serviceaccount:default:worker", "system:admin"], lines.Select(line => (string?)line["user"]!["username"]));
        Assert.Equal(["patch", "list"], lines.Select(line => (string?)line["verb"]));
        Assert.Equal([403, 200], lines.Select(line => (int)line["responseStatus"]!["code"]!));
        Assert.Equal(
            """{"apiGroup":"batch","resource":"jobs","subresource":"status","namespace":"default","name":"j"}""",
            lines[0]["objectRef"]!.ToJsonString());
    }

    private Kubernetes Account()
    {
        var path = Path.Join(folder, "kubeconfig");
        Server.WriteKubeconfigFor(path, "default", "worker");
        return new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(path));
    }

    private async Task BindAsync(string rule)
    {
        await PostAsync($"{Roles}/namespaces/default/roles", $$"""{"metadata":{"name":"r"},"rules":[{{rule}}]}""");
        await PostAsync($"{Roles}/namespaces/default/rolebindings", """
            {"metadata":{"name":"r"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},
             "subjects":[{"kind":"ServiceAccount","name":"worker","namespace":"default"}]}
            """);
    }

    private static async Task<string> RefusedAsync(Func<Task> act)
    {
        var error = await Assert.ThrowsAsync<HttpOperationException>(act);
        Assert.Equal(HttpStatusCode.Forbidden, error.Response.StatusCode);
        return (string)JsonNode.Parse(error.Response.Content)!["message"]!;
    }
}
