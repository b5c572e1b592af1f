using k8s;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>The fields that the operator has set of an object, by server-side apply.</summary>
internal static class OwnedFields
{
    /// <summary>The operator's name as owner of fields.</summary>
    public const string Manager = "greenops";

    /// <summary>Whether the live object holds settings of ours that are no longer desired: applying takes them away.</summary>
    /// <param name="live">The live object.</param>
    /// <param name="desired">The desired object, or the part of it at the path.</param>
    /// <param name="path">Names of the fields that lead to that part; none for the whole object.</param>
    public static bool HaveMore(IKubernetesObject<V1ObjectMeta> live, object desired, params IEnumerable<string> path) =>
        live.Metadata.ManagedFields?
            .Where(entry => entry.Manager == Manager && entry.Operation == "Apply")
            .Select(entry => path.Aggregate(JsonTree.Of(entry.FieldsV1), (fields, name) => fields?[$"f:{name}"]))
            .Any(fields => FieldSet.HasMore(fields, JsonTree.Of(desired))) == true;
}
