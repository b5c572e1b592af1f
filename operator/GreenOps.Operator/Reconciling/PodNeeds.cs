using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>What the pods of a child cannot do without.</summary>
internal static class PodNeeds
{
    /// <summary>Whether the child's pods mount the object: without it they would wait, or worse, mount somebody else's.</summary>
    public static bool Include(IKubernetesObject<V1ObjectMeta> child, string kind, string name)
    {
        var pod = child switch
        {
            V1Job job => job.Spec.Template.Spec,
            V1Deployment deployment => deployment.Spec.Template.Spec,
            _ => null,
        };
        return pod?.Volumes?.Any(volume => kind switch
        {
            V1PersistentVolumeClaim.KubeKind => volume.PersistentVolumeClaim?.ClaimName == name,
            V1ConfigMap.KubeKind => volume.ConfigMap?.Name == name,
            _ => false,
        }) == true;
    }
}
