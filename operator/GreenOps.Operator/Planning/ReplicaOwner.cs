using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>
/// Tells who else sets the replicas of the server Deployment. An autoscaler writes them through the <c>scale</c>
/// subresource, and so does <c>kubectl scale</c>; but that is an edit by hand, which is put back like any other.
/// </summary>
public static class ReplicaOwner
{
    private const string ByHand = "kubectl";

    /// <summary>The manager's name in the managed fields; null when the replicas are the operator's.</summary>
    public static string? Of(V1Deployment? deployment) => deployment?.Metadata.ManagedFields?
        .Where(entry => entry.Subresource == "scale" && entry.Manager?.StartsWith(ByHand, StringComparison.Ordinal) == false && OwnsReplicas(entry))
        .Select(entry => entry.Manager)
        .Order(StringComparer.Ordinal)
        .FirstOrDefault();

    private static bool OwnsReplicas(V1ManagedFieldsEntry entry) =>
        JsonNode.Parse(KubernetesJson.Serialize(entry.FieldsV1))?["f:spec"]?["f:replicas"] is not null;
}
