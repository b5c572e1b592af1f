using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GreenOps.Hosting;
using k8s;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>Moves a Deployment's pods from template to template by sizing one ReplicaSet a template.</summary>
internal sealed class DeploymentController(IKubernetes client, IEventPublisher events, ClusterOptions options) : IEntityController<V1Deployment>
{
    private const string HashLabel = "pod-template-hash";
    private const string RevisionAnnotation = "deployment.kubernetes.io/revision";

    public Task<ReconciliationResult<V1Deployment>> ReconcileAsync(V1Deployment entity, CancellationToken cancellationToken) =>
        Latest.ReconcileAsync(entity, () => LookAsync(entity, cancellationToken));

    public Task<ReconciliationResult<V1Deployment>> DeletedAsync(V1Deployment entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<V1Deployment>.Success(entity));

    /// <summary>Ten letters for a pod template, the same for the same template.</summary>
    internal static string Hash(V1PodTemplateSpec template)
    {
        // Kubernetes' alphabet for generated names: no vowels, so no words.
        const string letters = "bcdfghjklmnpqrstvwxz2456789";
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(Sorted(JsonNode.Parse(KubernetesJson.Serialize(template)))!.ToJsonString()));
        return string.Concat(digest.Take(10).Select(part => letters[part % letters.Length]));
    }

    private async Task<TimeSpan?> LookAsync(V1Deployment entity, CancellationToken cancellationToken)
    {
        var (name, space) = (entity.Metadata.Name, entity.Metadata.NamespaceProperty);
        var deployment = await client.AppsV1.ReadNamespacedDeploymentAsync(name, space, cancellationToken: cancellationToken);
        (deployment.ApiVersion, deployment.Kind) = ("apps/v1", "Deployment");
        if (deployment.Metadata.DeletionTimestamp is not null)
            return null;
        var sets = (await client.AppsV1.ListNamespacedReplicaSetAsync(space, cancellationToken: cancellationToken)).Items
            .Where(set => set.IsControlledBy(deployment))
            .OrderBy(Revision).ThenBy(set => set.Metadata.Name, StringComparer.Ordinal).ToList();
        var hash = Hash(deployment.Spec.Template);
        var old = sets.Where(set => set.Metadata.Name != $"{name}-{hash}").ToList();
        var current = sets.Find(set => set.Metadata.Name == $"{name}-{hash}")
            ?? await CreateAsync(deployment, hash, old, cancellationToken);
        var revision = old.Count == 0 ? 1 : Math.Max(Revision(current), old.Max(Revision) + 1);
        await MarkAsync(deployment, current, revision, cancellationToken);

        var (size, oldSizes) = Sizes(deployment.Spec, current, old);
        await ScaleAsync(deployment, current, size, cancellationToken);
        foreach (var (set, wanted) in old.Zip(oldSizes))
            await ScaleAsync(deployment, set, wanted, cancellationToken);
        await ForgetAsync(deployment.Spec, old, cancellationToken);
        return await WriteStatusAsync(deployment, current, old, cancellationToken);
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static (int Current, IReadOnlyList<int> Old) Sizes(V1DeploymentSpec spec, V1ReplicaSet current, List<V1ReplicaSet> old)
    {
        if (spec.Strategy?.Type == "Recreate")
            return (old.Any(set => set.Status?.Replicas > 0) ? 0 : spec.Replicas ?? 1, [.. old.Select(_ => 0)]);
        return RollingUpdate.Step(RollingBounds.Of(spec), SizeOf(current), [.. old.Select(SizeOf)]);
    }

    private static SetSize SizeOf(V1ReplicaSet set) => new(set.Spec.Replicas ?? 0, set.Status?.AvailableReplicas ?? 0);

    private static long Revision(V1ReplicaSet set) =>
        set.Metadata.Annotations?.TryGetValue(RevisionAnnotation, out var text) == true ? long.Parse(text, CultureInfo.InvariantCulture) : 0;

    private async Task<V1ReplicaSet> CreateAsync(V1Deployment deployment, string hash, List<V1ReplicaSet> old, CancellationToken cancellationToken)
    {
        var template = KubernetesJson.Deserialize<V1PodTemplateSpec>(KubernetesJson.Serialize(deployment.Spec.Template));
        template.Metadata ??= new V1ObjectMeta();
        template.Metadata.Labels = new Dictionary<string, string>(template.Metadata.Labels ?? new Dictionary<string, string>()) { [HashLabel] = hash };
        var set = new V1ReplicaSet
        {
            ApiVersion = "apps/v1",
            Kind = "ReplicaSet",
            Metadata = new V1ObjectMeta
            {
                Name = $"{deployment.Metadata.Name}-{hash}",
                NamespaceProperty = deployment.Metadata.NamespaceProperty,
                Labels = new Dictionary<string, string>(template.Metadata.Labels),
                Annotations = new Dictionary<string, string> { [RevisionAnnotation] = $"{(old.Count == 0 ? 0 : old.Max(Revision)) + 1}" },
                OwnerReferences = [Pods.ControllerReference(deployment)],
            },
            Spec = new V1ReplicaSetSpec
            {
                Replicas = 0,
                MinReadySeconds = deployment.Spec.MinReadySeconds,
                Selector = new V1LabelSelector
                {
                    MatchLabels = new Dictionary<string, string>(deployment.Spec.Selector.MatchLabels ?? new Dictionary<string, string>()) { [HashLabel] = hash },
                    MatchExpressions = deployment.Spec.Selector.MatchExpressions,
                },
                Template = template,
            },
        };
        return await client.AppsV1.CreateNamespacedReplicaSetAsync(set, deployment.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
    }

    private async Task MarkAsync(V1Deployment deployment, V1ReplicaSet current, long revision, CancellationToken cancellationToken)
    {
        var patch = new V1Patch(
            JsonSerializer.Serialize(new { metadata = new { annotations = new Dictionary<string, string> { [RevisionAnnotation] = $"{revision}" } } }),
            V1Patch.PatchType.MergePatch);
        if (Revision(current) != revision)
            await client.AppsV1.PatchNamespacedReplicaSetAsync(patch, current.Metadata.Name, current.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        if (deployment.Metadata.Annotations?.TryGetValue(RevisionAnnotation, out var marked) == true && marked == $"{revision}")
            return;
        var written = await client.AppsV1.PatchNamespacedDeploymentAsync(
            patch, deployment.Metadata.Name, deployment.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        deployment.Metadata = written.Metadata;
    }

    private async Task ScaleAsync(V1Deployment deployment, V1ReplicaSet set, int size, CancellationToken cancellationToken)
    {
        var before = set.Spec.Replicas ?? 0;
        if (before == size)
            return;
        await client.AppsV1.PatchNamespacedReplicaSetAsync(
            new V1Patch(JsonSerializer.Serialize(new { spec = new { replicas = size } }), V1Patch.PatchType.MergePatch),
            set.Metadata.Name, set.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        await events.PublishAsync(deployment, "Normal", "ScalingReplicaSet",
            $"Scaled {(size > before ? "up" : "down")} replica set {set.Metadata.Name} from {before} to {size}", cancellationToken);
    }

    private async Task ForgetAsync(V1DeploymentSpec spec, List<V1ReplicaSet> old, CancellationToken cancellationToken)
    {
        var empty = old.Where(set => set.Spec.Replicas == 0 && set.Status?.Replicas is null or 0).ToList();
        foreach (var set in empty.Take(empty.Count - (spec.RevisionHistoryLimit ?? 10)))
            await client.AppsV1.DeleteNamespacedReplicaSetAsync(set.Metadata.Name, set.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
    }

    /// <summary>Writes the status; returns when a rollout that stands still becomes too late.</summary>
    private async Task<TimeSpan?> WriteStatusAsync(
        V1Deployment deployment, V1ReplicaSet current, List<V1ReplicaSet> old, CancellationToken cancellationToken)
    {
        var now = options.TimeProvider.GetUtcNow().UtcDateTime;
        var all = old.Append(current).ToList();
        var desired = deployment.Spec.Replicas ?? 1;
        var available = all.Sum(set => set.Status?.AvailableReplicas ?? 0);
        var status = new V1DeploymentStatus
        {
            ObservedGeneration = deployment.Metadata.Generation,
            Replicas = all.Sum(set => set.Status?.Replicas ?? 0),
            UpdatedReplicas = current.Status?.Replicas ?? 0,
            ReadyReplicas = all.Sum(set => set.Status?.ReadyReplicas ?? 0),
            AvailableReplicas = available,
            UnavailableReplicas = Math.Max(0, Math.Max(desired, all.Sum(set => set.Status?.Replicas ?? 0)) - available),
            Conditions = [.. deployment.Status?.Conditions ?? []],
        };
        var complete = status.UpdatedReplicas == desired && status.Replicas == desired && available == desired;
        var enough = available >= desired - (deployment.Spec.Strategy?.Type == "Recreate" ? 0 : RollingBounds.Of(deployment.Spec).MaxUnavailable);
        Set(status, "Available", enough, enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", now, progressed: false);
        var wait = SetProgress(deployment, current, status, complete, now);
        if (deployment.Status is null || KubernetesJson.Serialize(status) != KubernetesJson.Serialize(deployment.Status))
        {
            deployment.Status = status;
            await client.AppsV1.ReplaceNamespacedDeploymentStatusAsync(
                deployment, deployment.Metadata.Name, deployment.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        }
        return wait;
    }

    private static TimeSpan? SetProgress(V1Deployment deployment, V1ReplicaSet current, V1DeploymentStatus status, bool complete, DateTime now)
    {
        var name = current.Metadata.Name;
        if (complete)
        {
            Set(status, "Progressing", true, "NewReplicaSetAvailable", $"ReplicaSet \"{name}\" has successfully progressed.", now, progressed: false);
            return null;
        }
        var before = deployment.Status;
        var moved = before is null || before.UpdatedReplicas != status.UpdatedReplicas || before.AvailableReplicas != status.AvailableReplicas
            || before.Replicas != status.Replicas || before.ObservedGeneration != status.ObservedGeneration;
        var since = status.Conditions.FirstOrDefault(condition => condition.Type == "Progressing")?.LastUpdateTime ?? now;
        var late = since.AddSeconds(deployment.Spec.ProgressDeadlineSeconds ?? 600) - now;
        if (!moved && late <= TimeSpan.Zero)
        {
            Set(status, "Progressing", false, "ProgressDeadlineExceeded", $"ReplicaSet \"{name}\" has timed out progressing.", now, progressed: false);
            return null;
        }
        Set(status, "Progressing", true, "ReplicaSetUpdated", $"ReplicaSet \"{name}\" is progressing.", now, moved);
        return late;
    }

    private static void Set(V1DeploymentStatus status, string type, bool value, string reason, string message, DateTime now, bool progressed)
    {
        var old = status.Conditions.FirstOrDefault(condition => condition.Type == type);
        var text = value ? "True" : "False";
        if (old is not null && old.Status == text && old.Reason == reason && old.Message == message && !progressed)
            return;
        status.Conditions =
        [
            .. status.Conditions.Where(condition => condition != old),
            new V1DeploymentCondition
            {
                Type = type,
                Status = text,
                Reason = reason,
                Message = message,
                LastUpdateTime = now,
                LastTransitionTime = old?.Status == text ? old.LastTransitionTime : now,
            },
        ];
    }
}
