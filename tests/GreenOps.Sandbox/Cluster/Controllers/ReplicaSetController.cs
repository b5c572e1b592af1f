using GreenOps.Hosting;
using k8s;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>Keeps as many pods of a ReplicaSet as it asks for.</summary>
internal sealed class ReplicaSetController(IKubernetes client, IEventPublisher events, ClusterOptions options) : IEntityController<V1ReplicaSet>
{
    public Task<ReconciliationResult<V1ReplicaSet>> ReconcileAsync(V1ReplicaSet entity, CancellationToken cancellationToken) =>
        Latest.ReconcileAsync(entity, () => LookAsync(entity, cancellationToken));

    public Task<ReconciliationResult<V1ReplicaSet>> DeletedAsync(V1ReplicaSet entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<V1ReplicaSet>.Success(entity));

    /// <summary>The order in which pods are given up: those that serve nobody first, then the youngest.</summary>
    internal static IEnumerable<V1Pod> LeastUsefulFirst(IEnumerable<V1Pod> pods) => pods
        .OrderBy(pod => pod.Spec.NodeName is not null)
        .ThenBy(pod => pod.Status?.Phase == "Running")
        .ThenBy(pod => pod.IsReady())
        .ThenByDescending(pod => pod.Metadata.CreationTimestamp)
        .ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal);

    private async Task<TimeSpan?> LookAsync(V1ReplicaSet entity, CancellationToken cancellationToken)
    {
        var set = await client.AppsV1.ReadNamespacedReplicaSetAsync(
            entity.Metadata.Name, entity.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        (set.ApiVersion, set.Kind) = ("apps/v1", "ReplicaSet");
        if (set.Metadata.DeletionTimestamp is not null)
            return null;
        var pods = (await Pods.OwnedAsync(client, set, cancellationToken)).Where(pod => !pod.IsTerminal() && !pod.IsDeleted()).ToList();
        var surplus = pods.Count - (set.Spec.Replicas ?? 1);
        foreach (var pod in LeastUsefulFirst(pods).Take(surplus).ToList())
        {
            await Pods.DeleteAsync(client, pod, cancellationToken);
            await events.PublishAsync(set, "Normal", "SuccessfulDelete", $"Deleted pod: {pod.Metadata.Name}", cancellationToken);
            pods.Remove(pod);
        }
        for (; surplus < 0; surplus++)
        {
            var created = await client.CoreV1.CreateNamespacedPodAsync(
                Pods.FromTemplate(set, set.Spec.Template), set.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
            await events.PublishAsync(set, "Normal", "SuccessfulCreate", $"Created pod: {created.Metadata.Name}", cancellationToken);
            pods.Add(created);
        }
        return await WriteStatusAsync(set, pods, cancellationToken);
    }

    /// <summary>Writes the status; returns when the next pod becomes available by having been ready long enough.</summary>
    private async Task<TimeSpan?> WriteStatusAsync(V1ReplicaSet set, List<V1Pod> pods, CancellationToken cancellationToken)
    {
        var ready = pods.Where(pod => pod.IsReady()).ToList();
        var waits = ready.Select(pod => ReadySince(pod).AddSeconds(set.Spec.MinReadySeconds ?? 0) - options.TimeProvider.GetUtcNow().UtcDateTime)
            .Where(wait => set.Spec.MinReadySeconds > 0 && wait > TimeSpan.Zero).ToList();
        var status = new V1ReplicaSetStatus
        {
            Replicas = pods.Count,
            FullyLabeledReplicas = pods.Count,
            ReadyReplicas = ready.Count,
            AvailableReplicas = ready.Count - waits.Count,
            ObservedGeneration = set.Metadata.Generation,
        };
        if (set.Status is null || KubernetesJson.Serialize(status) != KubernetesJson.Serialize(set.Status))
        {
            set.Status = status;
            await client.AppsV1.ReplaceNamespacedReplicaSetStatusAsync(
                set, set.Metadata.Name, set.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        }
        return waits.Count == 0 ? null : waits.Min();
    }

    private static DateTime ReadySince(V1Pod pod) =>
        pod.Status.Conditions.First(condition => condition.Type == "Ready").LastTransitionTime ?? DateTime.MinValue;
}
