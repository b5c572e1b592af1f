using System.Net;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster;

/// <summary>Merge patches of pods; one that is gone is no error.</summary>
internal static class ApiPatch
{
    /// <summary>Patches a pod's metadata or spec.</summary>
    public static Task PodAsync(IKubernetes client, V1Pod pod, object patch, CancellationToken cancellationToken) =>
        IgnoreGoneAsync(() => client.CoreV1.PatchNamespacedPodAsync(
            new V1Patch(JsonSerializer.Serialize(patch), V1Patch.PatchType.MergePatch),
            pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: cancellationToken));

    /// <summary>Writes a pod's status.</summary>
    public static Task PodStatusAsync(IKubernetes client, V1Pod pod, V1PodStatus status, CancellationToken cancellationToken) =>
        IgnoreGoneAsync(() => client.CoreV1.PatchNamespacedPodStatusAsync(
            // The uid makes the server refuse the patch when another pod has taken the name.
            new V1Patch(KubernetesJson.Serialize(new V1Pod { Metadata = new V1ObjectMeta { Uid = pod.Metadata.Uid }, Status = status }), V1Patch.PatchType.MergePatch),
            pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: cancellationToken));

    private static async Task IgnoreGoneAsync(Func<Task> patch)
    {
        try
        {
            await patch();
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
        }
    }
}
