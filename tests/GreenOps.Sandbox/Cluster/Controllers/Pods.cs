using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>What every controller asks of pods and does with them.</summary>
internal static class Pods
{
    /// <summary>
    /// Matches every object: the controller runtime demands a selector for Pods and Secrets of all namespaces, since a
    /// real cluster may hold very many; the sandbox holds few and needs all.
    /// </summary>
    public const string Every = "!sandbox.greenops.dev/unwatched";

    public static bool IsTerminal(this V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    public static bool IsDeleted(this V1Pod pod) => pod.Metadata.DeletionTimestamp is not null;

    public static bool IsReady(this V1Pod pod) =>
        pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    /// <summary>Whether the object's controlling owner is this one.</summary>
    public static bool IsControlledBy(this IKubernetesObject<V1ObjectMeta> child, IKubernetesObject<V1ObjectMeta> owner) =>
        child.Metadata.OwnerReferences?.Any(reference => reference.Controller == true && reference.Uid == owner.Metadata.Uid) == true;

    /// <summary>A reference that makes <paramref name="owner"/> the controller of a child.</summary>
    public static V1OwnerReference ControllerReference(IKubernetesObject<V1ObjectMeta> owner) => new()
    {
        ApiVersion = owner.ApiVersion,
        Kind = owner.Kind,
        Name = owner.Metadata.Name,
        Uid = owner.Metadata.Uid,
        Controller = true,
        BlockOwnerDeletion = true,
    };

    /// <summary>A pod from a template.</summary>
    public static V1Pod FromTemplate(IKubernetesObject<V1ObjectMeta> owner, V1PodTemplateSpec template) => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Metadata = new V1ObjectMeta
        {
            GenerateName = owner.Metadata.Name + "-",
            NamespaceProperty = owner.Metadata.NamespaceProperty,
            Labels = Copy(template.Metadata?.Labels),
            Annotations = Copy(template.Metadata?.Annotations),
            OwnerReferences = [ControllerReference(owner)],
        },
        Spec = KubernetesJson.Deserialize<V1PodSpec>(KubernetesJson.Serialize(template.Spec)),
    };

    /// <summary>The pods of a namespace that this object controls, oldest first, read from the API server itself: a cache may lag behind what was just written.</summary>
    public static async Task<List<V1Pod>> OwnedAsync(IKubernetes client, IKubernetesObject<V1ObjectMeta> owner, CancellationToken cancellationToken)
    {
        var pods = await client.CoreV1.ListNamespacedPodAsync(owner.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        return [.. pods.Items.Where(pod => pod.IsControlledBy(owner))
            .OrderBy(pod => pod.Metadata.CreationTimestamp).ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal)];
    }

    /// <summary>Deletes a pod gracefully; one that is gone, or has been replaced under its name, is no error.</summary>
    public static async Task DeleteAsync(IKubernetes client, V1Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            await client.CoreV1.DeleteNamespacedPodAsync(
                pod.Metadata.Name,
                pod.Metadata.NamespaceProperty,
                new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } },
                cancellationToken: cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
        }
    }

    private static Dictionary<string, string> Copy(IDictionary<string, string>? values) => values is null ? [] : new(values);
}
