using GreenOps.Api;
using GreenOps.Api.Models;
using k8s;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>The resource versions of everything in a namespace that a reconciliation may write: any write changes one.</summary>
internal static class Footprint
{
    /// <summary>Takes it.</summary>
    /// <returns>Kind, name and identity to resource version.</returns>
    public static async Task<SortedDictionary<string, string>> TakeAsync(TestNamespace ns)
    {
        var client = ns.Cluster.Client;
        var models = await client.CustomObjects.ListNamespacedCustomObjectAsync<GreenModelList>(
            ApiGroup.Name, ApiGroup.Version, ns.Name, GreenModel.KubePluralName);
        IEnumerable<(string Kind, IEnumerable<IMetadata<V1ObjectMeta>> Objects)> kinds =
        [
            ("GreenModel", models.Items),
            ("Job", (await client.BatchV1.ListNamespacedJobAsync(ns.Name)).Items),
            ("Deployment", (await client.AppsV1.ListNamespacedDeploymentAsync(ns.Name)).Items),
            ("Service", (await client.CoreV1.ListNamespacedServiceAsync(ns.Name)).Items),
            ("ConfigMap", (await client.CoreV1.ListNamespacedConfigMapAsync(ns.Name)).Items),
            ("PersistentVolumeClaim", (await client.CoreV1.ListNamespacedPersistentVolumeClaimAsync(ns.Name)).Items),
            ("Event", (await client.CoreV1.ListNamespacedEventAsync(ns.Name)).Items.Where(seen => seen.InvolvedObject.Kind == GreenModel.KubeKind)),
        ];
        return new(
            kinds
                .SelectMany(kind => kind.Objects.Select(item => (Key: $"{kind.Kind}/{item.Metadata.Name}/{item.Metadata.Uid}", Version: item.Metadata.ResourceVersion)))
                .ToDictionary(item => item.Key, item => item.Version),
            StringComparer.Ordinal);
    }

    /// <summary>Waits until two reconciliations in a row have left everything as it was.</summary>
    public static async Task<SortedDictionary<string, string>> AtRestAsync(TestNamespace ns) => await Eventually.GetAsync(
        $"namespace {ns.Name} to come to rest",
        async () =>
        {
            var before = await TakeAsync(ns);
            await OperatorPods.ReconcileTwiceAsync(ns.Cluster);
            var after = await TakeAsync(ns);
            return before.SequenceEqual(after) ? after : null;
        },
        () => Diagnosis.DescribeAsync(ns.Cluster, ns.Name));

    private sealed record GreenModelList(IReadOnlyList<GreenModel> Items);
}
