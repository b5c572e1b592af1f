using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>Makes the children what the plan says, writing only what differs.</summary>
internal sealed partial class ChildApplier(ChildApis apis, ILogger<ChildApplier> logger)
{
    private readonly SettledChildren settled = new();

    /// <summary>Deletes what stands in the way, then creates and mends in the plan's order.</summary>
    /// <exception cref="ChildConflictException">An object of a child's name belongs to somebody else.</exception>
    public async Task ApplyAsync(
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> children,
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> deletions,
        CancellationToken cancellationToken)
    {
        foreach (var deletion in deletions)
        {
            await apis.For(deletion).DeleteAsync(deletion.Namespace(), deletion.Name(), cancellationToken);
            LogDeleted(deletion.Kind, deletion.Namespace(), deletion.Name());
        }

        foreach (var child in children)
        {
            await ApplyAsync(child, cancellationToken);
        }
    }

    private async Task ApplyAsync(IKubernetesObject<V1ObjectMeta> child, CancellationToken cancellationToken)
    {
        var api = apis.For(child);
        var live = await api.FindAsync(child.Namespace(), child.Name(), cancellationToken);
        var mark = SettledChildren.Mark(child);
        if (live is not null)
        {
            if (settled.Contains(live, mark))
            {
                return;
            }

            RequireOurs(child, live);
            if (live.Metadata.DeletionTimestamp is not null)
            {
                // It is made anew once it is gone; its deletion brings the next reconcile.
                return;
            }
        }

        if (Change(child, live) is { } patch)
        {
            await api.PatchAsync(patch, child.Namespace(), child.Name(), cancellationToken);
            LogApplied(child.Kind, child.Namespace(), child.Name(), live is null ? "created" : "changed");
        }
        else if (live is not null)
        {
            settled.Add(live, mark);
        }
    }

    /// <summary>The patch that makes the live object as desired; null when it is.</summary>
    internal static V1Patch? Change(IKubernetesObject<V1ObjectMeta> desired, IKubernetesObject<V1ObjectMeta>? live) => (desired, live) switch
    {
        (_, null) => new V1Patch(desired, V1Patch.PatchType.ApplyPatch),

        // A Job's template cannot be changed, and need not: its name holds the hash of what it does.
        (V1Job job, V1Job running) => (job.Spec.Suspend ?? false) == (running.Spec.Suspend ?? false)
            ? null
            : new V1Patch(new JsonObject { ["spec"] = new JsonObject { ["suspend"] = job.Spec.Suspend ?? false } }.ToJsonString(), V1Patch.PatchType.MergePatch),
        (V1ConfigMap { Immutable: true }, _) or (V1PersistentVolumeClaim, _) => null,
        _ => DesiredState.IsIn(Node(desired), Node(live)) && !LosesField(desired, live) ? null : new V1Patch(desired, V1Patch.PatchType.ApplyPatch),
    };

    /// <summary>Whether the live object holds settings of ours that are no longer desired: applying takes them away.</summary>
    private static bool LosesField(IKubernetesObject<V1ObjectMeta> desired, IKubernetesObject<V1ObjectMeta> live) =>
        live.Metadata.ManagedFields?
            .Where(entry => entry.Manager == ChildApis.Manager && entry.Operation == "Apply")
            .Any(entry => FieldSet.HasMore(JsonNode.Parse(KubernetesJson.Serialize(entry.FieldsV1)), Node(desired))) == true;

    private static JsonNode? Node(IKubernetesObject<V1ObjectMeta> value) => JsonNode.Parse(KubernetesJson.Serialize((object)value));

    private static void RequireOurs(IKubernetesObject<V1ObjectMeta> child, IKubernetesObject<V1ObjectMeta> live)
    {
        var owner = child.Metadata.OwnerReferences[0];
        if (live.Metadata.OwnerReferences?.Any(reference => reference.Uid == owner.Uid) != true)
        {
            throw new ChildConflictException(
                $"{child.Kind} {child.Namespace()}/{child.Name()} exists and does not belong to {owner.Kind} {owner.Name}; delete or rename it, or rename the model.");
        }
    }

    [LoggerMessage(LogLevel.Information, "{Kind} {Namespace}/{Name} {Change}")]
    private partial void LogApplied(string kind, string @namespace, string name, string change);

    [LoggerMessage(LogLevel.Information, "{Kind} {Namespace}/{Name} deleted")]
    private partial void LogDeleted(string kind, string @namespace, string name);
}
