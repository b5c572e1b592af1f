using System.Text.Json.Nodes;
using GreenOps.Api;
using GreenOps.Operator.Desired;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>What has to be written so that a child is what it should be.</summary>
internal static class ChildChange
{
    private static readonly string OurLabels = $"{ApiGroup.Name}/";

    // Everything else of a Job's spec cannot be changed, and need not: the Job's name holds the hash of what it does.
    private static readonly string[] MutableInJobs = ["suspend", "parallelism", "backoffLimit", "ttlSecondsAfterFinished"];

    /// <summary>The patch that makes the live object as desired; null when it is, or when no patch can.</summary>
    public static V1Patch? Of(IKubernetesObject<V1ObjectMeta> desired, IKubernetesObject<V1ObjectMeta>? live) => (desired, live) switch
    {
        (_, null) => new V1Patch(desired, V1Patch.PatchType.ApplyPatch),
        (V1Job, _) => Merge(desired, live, MutableInJobs),
        (V1PersistentVolumeClaim, _) or (V1ConfigMap, V1ConfigMap { Immutable: true }) => Merge(desired, live, []),
        _ => DesiredState.IsIn(JsonTree.Of(desired), JsonTree.Of(live)) && !OwnedFields.HaveMore(live, desired)
            ? null
            : new V1Patch(desired, V1Patch.PatchType.ApplyPatch),
    };

    /// <summary>Whether the live object can only be made as desired by making it again.</summary>
    public static bool NeedsReplacing(IKubernetesObject<V1ObjectMeta> desired, IKubernetesObject<V1ObjectMeta> live) =>
        (desired, live) is (V1ConfigMap want, V1ConfigMap { Immutable: true } have)
        && (want.Immutable != true || !HoldsData(want.Data, have.Data));

    /// <summary>Whether all data is there, as it is or by the digest that the caches keep of it.</summary>
    private static bool HoldsData(IDictionary<string, string>? desired, IDictionary<string, string>? live) =>
        (desired ?? new Dictionary<string, string>()).All(entry =>
            live?.TryGetValue(entry.Key, out var value) == true && (value == entry.Value || value == CacheContent.Digest(entry.Value)));

    /// <summary>
    /// The patch for a kind most of whose fields cannot be changed: applying it as a whole would be refused. Null when
    /// nothing differs.
    /// </summary>
    private static V1Patch? Merge(IKubernetesObject<V1ObjectMeta> desired, IKubernetesObject<V1ObjectMeta> live, IEnumerable<string> fields)
    {
        JsonObject metadata = [];
        if (LabelChange(desired.Metadata.Labels, live.Metadata.Labels) is { Count: > 0 } labels)
        {
            metadata["labels"] = labels;
        }

        if (OwnerChange(desired.Metadata.OwnerReferences ?? [], live.Metadata.OwnerReferences ?? []) is { } owners)
        {
            // The list is written as a whole, so nobody may have changed it meanwhile.
            metadata["ownerReferences"] = owners;
            metadata["resourceVersion"] = live.Metadata.ResourceVersion;
        }

        var (want, have) = (JsonTree.Of(desired)?["spec"], JsonTree.Of(live)?["spec"]);
        JsonObject spec = [];
        foreach (var field in fields.Where(field => want?[field] is not null && !DesiredState.IsIn(want[field], have?[field])))
        {
            spec[field] = want![field]!.DeepClone();
        }

        JsonObject patch = [];
        if (metadata.Count > 0)
        {
            patch["metadata"] = metadata;
        }

        if (spec.Count > 0)
        {
            patch["spec"] = spec;
        }

        return patch.Count > 0 ? new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch) : null;
    }

    /// <summary>Labels of our prefix that are not desired go; anybody else's stay.</summary>
    private static JsonObject LabelChange(IDictionary<string, string>? desired, IDictionary<string, string>? live)
    {
        JsonObject change = [];
        foreach (var (key, value) in desired ?? new Dictionary<string, string>())
        {
            if (live is null || !live.TryGetValue(key, out var current) || current != value)
            {
                change[key] = value;
            }
        }

        foreach (var key in (live?.Keys ?? []).Where(key => key.StartsWith(OurLabels, StringComparison.Ordinal) && desired?.ContainsKey(key) != true))
        {
            change[key] = null;
        }

        return change;
    }

    /// <summary>The owners as they should be: the desired ones in the place of any model, anybody else's kept; null when they are.</summary>
    private static JsonArray? OwnerChange(IList<V1OwnerReference> desired, IList<V1OwnerReference> live)
    {
        var others = live.Where(owner => !Belongings.IsModel(owner));
        var models = live.Where(Belongings.IsModel).ToList();
        return models.Count == desired.Count && DesiredState.IsIn(JsonTree.Of(desired), JsonTree.Of(models))
            ? null
            : new JsonArray([.. others.Concat(desired).Select(owner => JsonTree.Of(owner))]);
    }
}
