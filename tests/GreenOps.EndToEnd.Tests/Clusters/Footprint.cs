using GreenOps.Api;
using GreenOps.Api.Models;
using k8s;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Clusters;

/// <summary>
/// Everything in a namespace that a reconciliation may write, with a mark that any write of the operator changes: the
/// resource version of what nobody else writes, and of children, whose statuses are written by others, when the operator
/// wrote which of their fields.
/// </summary>
/// <param name="Versions">Kind and name to identity and mark.</param>
/// <param name="Statuses">The models' statuses, to tell what was written.</param>
internal sealed record Footprint(IReadOnlyDictionary<string, string> Versions, string Statuses)
{
    /// <summary>Where the keys of events begin.</summary>
    public const string EventKind = "Event";

    // The field manager under which the operator writes.
    private const string Operator = "greenops";

    /// <summary>Takes it.</summary>
    public static async Task<Footprint> TakeAsync(TestNamespace ns)
    {
        var client = ns.Cluster.Client;
        var models = await client.CustomObjects.ListNamespacedCustomObjectAsync<GreenModelList>(
            ApiGroup.Name, ApiGroup.Version, ns.Name, GreenModel.KubePluralName);
        IEnumerable<(string Kind, IEnumerable<IMetadata<V1ObjectMeta>> Objects)> own =
        [
            (GreenModel.KubeKind, models.Items),
            (EventKind, (await client.CoreV1.ListNamespacedEventAsync(ns.Name)).Items.Where(seen => seen.InvolvedObject.Kind == GreenModel.KubeKind)),
        ];
        IEnumerable<(string Kind, IEnumerable<IMetadata<V1ObjectMeta>> Objects)> shared =
        [
            ("Job", (await client.BatchV1.ListNamespacedJobAsync(ns.Name)).Items),
            ("Deployment", (await client.AppsV1.ListNamespacedDeploymentAsync(ns.Name)).Items),
            ("Service", (await client.CoreV1.ListNamespacedServiceAsync(ns.Name)).Items),
            ("ConfigMap", (await client.CoreV1.ListNamespacedConfigMapAsync(ns.Name)).Items),
            ("PersistentVolumeClaim", (await client.CoreV1.ListNamespacedPersistentVolumeClaimAsync(ns.Name)).Items),
            ("PodDisruptionBudget", (await client.PolicyV1.ListNamespacedPodDisruptionBudgetAsync(ns.Name)).Items),
            ("NetworkPolicy", (await client.NetworkingV1.ListNamespacedNetworkPolicyAsync(ns.Name)).Items),
        ];
        return new Footprint(
            own.SelectMany(kind => kind.Objects.Select(item => (Key: Key(kind.Kind, item), Version: Version(item))))
                .Concat(shared.SelectMany(kind => kind.Objects.Select(item => (Key: Key(kind.Kind, item), Version: Writes(item)))))
                .ToDictionary(item => item.Key, item => item.Version, StringComparer.Ordinal),
            string.Join('\n', models.Items.Select(model => KubernetesJson.Serialize(model.Status))));
    }

    /// <summary>Waits until two reconciliations in a row have left everything as it was.</summary>
    public static async Task<Footprint> AtRestAsync(TestNamespace ns) => await Eventually.GetAsync(
        $"namespace {ns.Name} to come to rest",
        async () =>
        {
            var before = await TakeAsync(ns);
            await OperatorPods.ReconcileTwiceAsync(ns);
            var after = await TakeAsync(ns);
            return after.ChangesSince(before).Count == 0 ? after : null;
        },
        () => Diagnosis.DescribeAsync(ns.Cluster, ns.Name));

    /// <summary>What was written since an earlier footprint, in order. Events that are gone were not: a cluster forgets them after a time.</summary>
    public IReadOnlyList<string> ChangesSince(Footprint earlier) =>
        [.. Versions.Keys.Union(earlier.Versions.Keys.Where(key => !key.StartsWith(EventKind, StringComparison.Ordinal)))
            .Where(key => Versions.GetValueOrDefault(key) != earlier.Versions.GetValueOrDefault(key))
            .Order(StringComparer.Ordinal)];

    /// <summary>Asserts that nothing was written since.</summary>
    public void RequireSameAs(Footprint earlier)
    {
        var changes = ChangesSince(earlier);
        Assert.True(changes.Count == 0, $"{string.Join(", ", changes)} changed.\n--- statuses before\n{earlier.Statuses}\n--- statuses after\n{Statuses}");
    }

    private static string Key(string kind, IMetadata<V1ObjectMeta> item) => $"{kind}/{item.Metadata.Name}";

    /// <summary>Identity and the operator's entries among those who own fields: a write that changes anything renews their time.</summary>
    private static string Writes(IMetadata<V1ObjectMeta> item) => string.Join(
        ' ',
        (item.Metadata.ManagedFields ?? [])
            .Where(entry => entry.Manager == Operator)
            .Select(entry => $"{entry.Operation}{entry.Subresource}@{entry.Time:O}:{KubernetesJson.Serialize(entry.FieldsV1)}")
            .Order(StringComparer.Ordinal)
            .Prepend(item.Metadata.Uid));

    private static string Version(IMetadata<V1ObjectMeta> item) => $"{item.Metadata.Uid}/{item.Metadata.ResourceVersion}";

    private sealed record GreenModelList(IReadOnlyList<GreenModel> Items);
}
