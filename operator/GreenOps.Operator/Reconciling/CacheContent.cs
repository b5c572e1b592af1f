using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Hosting;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>What the caches keep of each kind: a cluster may hold thousands of models, and most of an object is of no use to a plan.</summary>
internal static class CacheContent
{
    private static readonly ConcurrentDictionary<string, object> Shapes = new(StringComparer.Ordinal);

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

    /// <summary>A pod's status says how it fares; what it is made of stands in its owner. Of one that has ended its report is left.</summary>
    internal static void Trim(V1Pod pod)
    {
        TrimMetadata(pod);
        pod.Metadata.Annotations = null;
        pod.Spec = new V1PodSpec
        {
            NodeName = pod.Spec?.NodeName,
            Containers = Asked(pod.Spec?.Containers) ?? [],
            InitContainers = Asked(pod.Spec?.InitContainers),
            Volumes = pod.Status?.Phase == "Pending" ? pod.Spec?.Volumes?.Where(volume => volume.PersistentVolumeClaim is not null).ToList() : null,
        };
        if (pod.Status is not { } status)
        {
            return;
        }

        status.PodIPs = null;
        status.HostIP = null;
        status.HostIPs = null;
        if (status.Phase is "Succeeded" or "Failed")
        {
            status.PodIP = null;
            status.Conditions = null;
        }

        foreach (var container in (status.ContainerStatuses ?? []).Concat(status.InitContainerStatuses ?? []))
        {
            container.ContainerID = null;
            container.ImageID = null;
            container.Resources = null;
            container.AllocatedResources = null;
            container.VolumeMounts = null;
        }
    }

    /// <summary>What containers ask for: it tells why a pod finds no node, and what it had too little of.</summary>
    private static List<V1Container>? Asked(IList<V1Container>? containers) =>
        containers?.Select(container => new V1Container { Name = string.Intern(container.Name), Resources = container.Resources }).ToList();

    /// <summary>A Job's template cannot be changed, so it is never compared.</summary>
    internal static void Trim(V1Job job)
    {
        TrimMetadata(job);
        job.Metadata.Annotations = null;
        job.Spec.Template = new V1PodTemplateSpec();
        job.Spec.PodFailurePolicy = null;
        job.Spec.Selector = null;
    }

    /// <summary>A stage's document cannot be changed either: its digest tells whether somebody put another in its place.</summary>
    internal static void Trim(V1ConfigMap map)
    {
        if (map.Immutable != true)
        {
            Trim((IKubernetesObject<V1ObjectMeta>)map);
            return;
        }

        TrimMetadata(map);
        map.Data = map.Data?.ToDictionary(entry => string.Intern(entry.Key), entry => Digest(entry.Value));
    }

    internal static void Trim(V1PersistentVolumeClaim claim) => Trim((IKubernetesObject<V1ObjectMeta>)claim);

    internal static void Trim(V1Service service) => Trim((IKubernetesObject<V1ObjectMeta>)service);

    internal static void Trim(V1Deployment deployment) => Trim((IKubernetesObject<V1ObjectMeta>)deployment);

    /// <summary>What an immutable ConfigMap's entry is remembered by.</summary>
    internal static string Digest(string text) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    /// <summary>
    /// What is compared field by field. Of the managed fields ours are read, which tell whether a setting of ours is no
    /// longer wanted, and those of autoscalers, which tell whose the replicas are.
    /// </summary>
    private static void Trim(IKubernetesObject<V1ObjectMeta> child)
    {
        var read = child.Metadata.ManagedFields?
            .Where(entry => (entry.Manager == ChildApis.Manager && entry.Operation == "Apply") || entry.Subresource == "scale")
            .ToList();
        TrimMetadata(child);
        foreach (var entry in read ?? [])
        {
            entry.FieldsV1 = Shared(entry.FieldsV1);
        }

        child.Metadata.ManagedFields = read;
    }

    private static void TrimMetadata(IKubernetesObject<V1ObjectMeta> child)
    {
        var metadata = child.Metadata;
        metadata.ManagedFields = null;
        // The same few names on every object: one copy of each serves. And a sorted list is a third of a dictionary.
        if (metadata.Labels is { } labels)
        {
            metadata.Labels = new SortedList<string, string>(labels.ToDictionary(label => string.Intern(label.Key), label => label.Value), StringComparer.Ordinal);
        }

        foreach (var owner in metadata.OwnerReferences ?? [])
        {
            owner.ApiVersion = string.Intern(owner.ApiVersion);
            owner.Kind = string.Intern(owner.Kind);
        }
    }

    /// <summary>All models' children of a kind set the same fields; only the owner's identity, which no plan takes back, differs.</summary>
    private static object? Shared(object? fields)
    {
        if (fields is not JsonElement { ValueKind: JsonValueKind.Object } element)
        {
            return fields;
        }

        var set = JsonObject.Create(element)!;
        (set["f:metadata"] as JsonObject)?.Remove("f:ownerReferences");
        return Shapes.GetOrAdd(set.ToJsonString(), text => JsonSerializer.Deserialize<JsonElement>(text));
    }
}
