using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Hosting;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>What the caches keep of each kind: a cluster may hold thousands of models, and most of an object is of no use to a plan.</summary>
internal static class CacheContent
{
    /// <summary>Has every cache keep only what is read, and finds pods by their model.</summary>
    public static HostingBuilder TrimCaches(this HostingBuilder hosting) => hosting
        .ConfigureCache<GreenModel>(Trim)
        .ConfigureCache<V1PersistentVolumeClaim>(Trim)
        .ConfigureCache<V1ConfigMap>(Trim)
        .ConfigureCache<V1Service>(Trim)
        .ConfigureCache<V1Deployment>(Trim)
        .ConfigureCache<V1Job>(Trim)
        .ConfigureCache<V1Pod>(Trim, Labels.Model);

    /// <summary>Plans read a model's spec and status; who set which field is the server's business.</summary>
    internal static void Trim(GreenModel model) => model.Metadata.ManagedFields = null;

    /// <summary>A pod's status says how it fares; what it is made of stands in its owner.</summary>
    internal static void Trim(V1Pod pod)
    {
        TrimMetadata(pod);
        pod.Metadata.ManagedFields = null;
        pod.Spec = new V1PodSpec { NodeName = pod.Spec?.NodeName, Containers = [] };
    }

    /// <summary>A Job's template cannot be changed, so it is never compared.</summary>
    internal static void Trim(V1Job job)
    {
        TrimMetadata(job);
        job.Metadata.ManagedFields = null;
        job.Spec.Template = new V1PodTemplateSpec();
        job.Spec.PodFailurePolicy = null;
    }

    /// <summary>A stage's document cannot be changed either.</summary>
    internal static void Trim(V1ConfigMap map)
    {
        TrimMetadata(map);
        if (map.Immutable == true)
        {
            map.Metadata.ManagedFields = null;
            map.Data = null;
        }
    }

    internal static void Trim(V1PersistentVolumeClaim claim) => TrimMetadata(claim);

    internal static void Trim(V1Service service) => TrimMetadata(service);

    internal static void Trim(V1Deployment deployment) => TrimMetadata(deployment);

    /// <summary>Of the managed fields ours are read: they tell whether a setting of ours is no longer wanted.</summary>
    private static void TrimMetadata(IKubernetesObject<V1ObjectMeta> child)
    {
        var metadata = child.Metadata;
        metadata.ManagedFields = metadata.ManagedFields?.Where(entry => entry.Manager == ChildApis.Manager && entry.Operation == "Apply").ToList();
        // The same few names on every object: one copy of each serves.
        metadata.Labels = metadata.Labels?.ToDictionary(label => string.Intern(label.Key), label => label.Value);
        foreach (var owner in metadata.OwnerReferences ?? [])
        {
            owner.ApiVersion = string.Intern(owner.ApiVersion);
            owner.Kind = string.Intern(owner.Kind);
        }
    }
}
