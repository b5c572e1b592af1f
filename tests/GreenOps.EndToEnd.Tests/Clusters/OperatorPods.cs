using System.Text.Json;
using GreenOps.Api;
using GreenOps.Api.Models;
using k8s;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>The operator's pods, as a cluster's administrator knows them.</summary>
internal static class OperatorPods
{
    private const string Reconciles = "greenops_reconcile_total";

    public static async Task<IReadOnlyList<V1Pod>> ListAsync(IKubernetes client) =>
        [.. (ClusterSettings.OperatorNamespace is { } ns
            ? await client.CoreV1.ListNamespacedPodAsync(ns, labelSelector: ClusterSettings.OperatorSelector)
            : await client.CoreV1.ListPodForAllNamespacesAsync(labelSelector: ClusterSettings.OperatorSelector)).Items];

    public static bool IsReady(V1Pod pod) => pod.Metadata.DeletionTimestamp is null
        && pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    /// <summary>Takes the operator away without a word of warning, and returns when others have taken its place.</summary>
    public static async Task KillAsync(TestCluster cluster)
    {
        var killed = await ListAsync(cluster.Client);
        foreach (var pod in killed)
        {
            await cluster.Client.CoreV1.DeleteNamespacedPodAsync(pod.Name(), pod.Namespace(), gracePeriodSeconds: 0);
        }

        var gone = killed.Select(pod => pod.Uid()).ToHashSet(StringComparer.Ordinal);
        await Eventually.TrueAsync(
            "a new operator pod",
            async () => (await ListAsync(cluster.Client)).Any(pod => IsReady(pod) && !gone.Contains(pod.Uid())),
            () => Task.FromResult(cluster.Transcript));
    }

    /// <summary>
    /// Has the models of a namespace looked at by touching their zones, and returns when the operator has reconciled twice
    /// as often as there are models. Nothing else may go on in the cluster meanwhile, or it would count too.
    /// </summary>
    public static async Task ReconcileTwiceAsync(TestNamespace ns)
    {
        var cluster = ns.Cluster;
        var models = await cluster.Client.CustomObjects.ListClusterCustomObjectAsync<JsonElement>(
            ApiGroup.Name, ApiGroup.Version, GreenModel.KubePluralName);
        var wanted = 2 * models.GetProperty("items").GetArrayLength();
        var before = await CountsAsync(cluster);
        await Eventually.TrueAsync(
            $"{wanted} reconciliations",
            async () =>
            {
                await ns.TouchZonesAsync();
                return (await CountsAsync(cluster)).Sum(count => count.Value - before.GetValueOrDefault(count.Key)) >= wanted;
            },
            () => Task.FromResult(cluster.Transcript));
    }

    /// <summary>The samples of all operator pods that are ready.</summary>
    public static async Task<IReadOnlyList<MetricSample>> MetricsAsync(TestCluster cluster)
    {
        var samples = new List<MetricSample>();
        foreach (var pod in (await ListAsync(cluster.Client)).Where(IsReady))
        {
            samples.AddRange(await PodMetrics.ReadAsync(cluster, pod.Namespace(), pod.Name(), ClusterSettings.OperatorPort));
        }

        return samples;
    }

    private static async Task<Dictionary<string, double>> CountsAsync(TestCluster cluster)
    {
        var counts = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var pod in (await ListAsync(cluster.Client)).Where(IsReady))
        {
            var samples = await PodMetrics.ReadAsync(cluster, pod.Namespace(), pod.Name(), ClusterSettings.OperatorPort);
            counts[pod.Uid()] = samples
                .Where(sample => sample.Name == Reconciles && sample.Label("controller").StartsWith("GreenModel", StringComparison.Ordinal))
                .Sum(sample => sample.Value);
        }

        return counts;
    }
}
