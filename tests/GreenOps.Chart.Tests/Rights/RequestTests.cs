using System.Text.Json.Nodes;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Chart.Tests.Rendering;
using GreenOps.Sandbox;
using GreenOps.Sandbox.Cluster;
using GreenOps.Sandbox.Manifests;
using k8s;
using k8s.Models;

namespace GreenOps.Chart.Tests.Rights;

/// <summary>
/// The chart installed in the sandbox, whose API server grants the operator what its roles say and nothing else, and a model
/// through its life there: the roles must hold every right that the operator used, and none that it did not.
/// </summary>
public sealed class RequestTests : IDisposable
{
    private const string User = "system:serviceaccount:greenops:greenops";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Rights that a run may leave unused, and what they are for.</summary>
    private static readonly Dictionary<string, string> Unused = new(StringComparer.Ordinal)
    {
        ["update greenmodels/finalizers.greenops.dev"] = "is no request: OwnerReferencesPermissionEnforcement asks for it when a child names its model as owner",
        ["get events"] = "reads an event that another process has written, to count on from there",
        ["patch events"] = "counts an event that comes again",
    };

    private readonly string folder = Directory.CreateTempSubdirectory("greenops-chart-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("default")]
    public async Task The_operator_may_do_what_it_does_and_does_what_it_may(string watchNamespace)
    {
        var release = await Release.RenderAsync("--set", $"watchNamespace={watchNamespace}");
        var log = Path.Join(folder, "audit.log");

        await RunAsync(release, log);

        var requests = AuditedRequest.Read(log, User);
        var granted = Granted.By(release.Objects.Where(IsOperatorRole)).ToHashSet();
        Assert.NotEmpty(requests);
        Assert.Empty(requests.Where(request => request.Status == 403).Select(request => request.Needed).Distinct().Order());
        Assert.Empty(requests.Select(request => request.Needed).Where(needed => !granted.Contains(needed)).Distinct().Order());
        Assert.Empty(granted.Except(requests.Select(request => request.Needed)).Where(right => !Unused.ContainsKey(right.ToString())).Order());
    }

    /// <summary>The same for a cluster's own audit log, where the variable names one.</summary>
    [Fact]
    public void On_a_cluster_the_operator_may_do_what_it_does()
    {
        var log = Environment.GetEnvironmentVariable("GREENOPS_AUDIT_LOG");
        Assert.SkipWhen(string.IsNullOrEmpty(log), "GREENOPS_AUDIT_LOG names no audit log.");
        var user = Environment.GetEnvironmentVariable("GREENOPS_AUDIT_USER") is { Length: > 0 } given ? given : User;
        var granted = Granted.By(Repository.Manifests("crds/rbac").Where(item => (string?)item["kind"] is "Role" or "ClusterRole")).ToHashSet();

        var requests = AuditedRequest.Read(log!, user);

        Assert.NotEmpty(requests);
        Assert.Empty(requests.Where(request => request.Status == 403).Select(request => request.Needed).Distinct().Order());
        Assert.Empty(requests.Select(request => request.Needed).Where(needed => !granted.Contains(needed)).Distinct().Order());
    }

    private async Task RunAsync(Release release, string log)
    {
        await using var cluster = await SandboxCluster.StartAsync(
            new ClusterOptions { DataFolder = Path.Join(folder, "data"), Images = SandboxImages.Catalogue(), AuditPath = log }, Cancelled);
        using var http = new HttpClient { BaseAddress = cluster.Api.BaseAddress };
        var applier = new ManifestApplier(http);
        await applier.ApplyAsync(Repository.Manifests("charts/greenops/crds").Concat(release.Objects), Cancelled);
        await applier.ApplyAsync(YamlDocuments.Read(Path.Join(AppContext.BaseDirectory, "Rights", "model.yaml")), Cancelled);

        await UntilAsync(cluster, "to train", model => model.Status?.Phase == ModelPhase.Training);
        await PatchAsync(cluster, new { spec = new { training = new { seed = 8, epochs = 2 } } });
        await UntilAsync(cluster, "to be ready", model => model.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true);
        await ReplaceOperatorsAsync(cluster);
        await PatchAsync(cluster, new { spec = new { serving = new { replicas = new { max = 3 } } } });
        await UntilAsync(cluster, "to be looked at again", model => model.Status?.ObservedGeneration == model.Metadata.Generation);
    }

    /// <summary>Ends the operator's pods one after the other, so that a standby takes over.</summary>
    private static async Task ReplaceOperatorsAsync(SandboxCluster cluster)
    {
        var before = (await OperatorPodsAsync(cluster)).Select(pod => pod.Name()).ToList();
        foreach (var pod in before)
        {
            await cluster.Client.CoreV1.DeleteNamespacedPodAsync(pod, Release.Namespace, cancellationToken: Cancelled);
            await WaitAsync(
                $"pod {pod} to be replaced",
                async () => (await OperatorPodsAsync(cluster)) is { Count: 2 } pods && pods.All(other => other.Name() != pod && IsReady(other)));
        }
    }

    private static async Task<IList<V1Pod>> OperatorPodsAsync(SandboxCluster cluster) =>
        (await cluster.Client.CoreV1.ListNamespacedPodAsync(Release.Namespace, labelSelector: "app.kubernetes.io/component=operator", cancellationToken: Cancelled)).Items;

    private static bool IsReady(V1Pod pod) => pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    private static Task<GreenModel> PatchAsync(SandboxCluster cluster, object patch) => cluster.Client.CustomObjects.PatchNamespacedCustomObjectAsync<GreenModel>(
        new V1Patch(patch, V1Patch.PatchType.MergePatch), ApiGroup.Name, ApiGroup.Version, "default", GreenModel.KubePluralName, "tiny", cancellationToken: Cancelled);

    private static async Task UntilAsync(SandboxCluster cluster, string what, Func<GreenModel, bool> isDone)
    {
        GreenModel? seen = null;
        await WaitAsync($"the model {what}", async () =>
        {
            seen = await cluster.Client.CustomObjects.GetNamespacedCustomObjectAsync<GreenModel>(
                ApiGroup.Name, ApiGroup.Version, "default", GreenModel.KubePluralName, "tiny", cancellationToken: Cancelled);
            return isDone(seen);
        }, () => seen is null ? "" : KubernetesJson.Serialize(seen));
    }

    private static async Task WaitAsync(string what, Func<Task<bool>> isDone, Func<string>? describe = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        while (!await isDone())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                Assert.Fail($"Waited {Patience} in vain for {what}. {describe?.Invoke()}");
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    private static bool IsOperatorRole(JsonObject item) => (string?)item["kind"] is "Role" or "ClusterRole"
        && item["metadata"]!["labels"]!["rbac.authorization.k8s.io/aggregate-to-admin"] is null;
}
