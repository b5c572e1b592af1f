using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CommunityToolkit.HighPerformance.Buffers;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Hosting;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>What the caches keep of each kind: a cluster may hold thousands of models, and most of an object is of no use to a plan.</summary>
internal static class CacheContent
{
    private const int MostShapes = 4096;
    private const int MostSets = 65536;

    private static readonly ConcurrentDictionary<string, object> Shapes = new(StringComparer.Ordinal);
    private static readonly StringPool Identities = new(32768);
    private static readonly Alike<SortedList<string, string>> LabelSets = new(MostSets, new SameLabels());
    private static readonly Alike<V1PodSpec> Specs = new(MostShapes, new SameNeeds());
    private static readonly Alike<V1OwnerReference[]> Owners = new(MostSets, new SameOwners());
    private static readonly string[] ReadOfPods = [Labels.ManagedBy, Labels.Model, Labels.Component, Labels.Stage, Labels.Revision];
    private static readonly V1PodSpec Nothing = new() { Containers = [] };
    private static readonly V1PodTemplateSpec NoTemplate = new();
    private static readonly V1PodStatus Succeeded = new() { Phase = "Succeeded" };

    /// <summary>Has every cache keep only what is read, and finds pods by their model.</summary>
    public static HostingBuilder TrimCaches(this HostingBuilder hosting) => hosting
        .ConfigureCache<GreenModel>(Trim)
        .ConfigureCache<V1PersistentVolumeClaim>(Trim)
        .ConfigureCache<V1ConfigMap>(Trim)
        .ConfigureCache<V1Service>(Trim)
        .ConfigureCache<V1Deployment>(Trim)
        .ConfigureCache<V1Job>(Trim)
        .ConfigureCache<V1PodDisruptionBudget>(Trim)
        .ConfigureCache<V1NetworkPolicy>(Trim)
        .ConfigureCache<V1Node>(Trim)
        .ConfigureCache(PodTrim, Labels.Model);

    private static Action<V1Pod> PodTrim(IServiceProvider services)
    {
        var models = services.GetRequiredService<IObjectCache<GreenModel>>();
        return pod => Trim(pod, models);
    }

    /// <summary>Plans read a model's spec and status; who set which field is the server's business.</summary>
    internal static void Trim(GreenModel model)
    {
        model.Metadata.ManagedFields = null;
        // kubectl apply puts the whole manifest there once more.
        model.Metadata.Annotations = null;
    }

    /// <summary>Of a node its labels, and what room it has.</summary>
    internal static void Trim(V1Node node)
    {
        node.Metadata = new V1ObjectMeta { Name = node.Metadata.Name, Uid = node.Metadata.Uid, ResourceVersion = node.Metadata.ResourceVersion, Labels = node.Metadata.Labels };
        node.Spec = new V1NodeSpec { Unschedulable = node.Spec?.Unschedulable };
        node.Status = new V1NodeStatus
        {
            Allocatable = node.Status?.Allocatable,
            Conditions = node.Status?.Conditions?.Where(condition => condition.Type == "Ready").ToArray(),
        };
    }

    /// <summary>
    /// A pod's status says how it fares; what it is made of stands in its owner, and whose it is in its labels. Of one that has
    /// succeeded only its report is read, and that only until the model's status remembers it.
    /// </summary>
    internal static void Trim(V1Pod pod, IObjectCache<GreenModel> models)
    {
        Trim(pod);
        if (pod.Status?.Phase == "Succeeded" && pod.GetLabel(Labels.Model) is { } name && models.Get(pod.Namespace(), name) is { } model && IsRemembered(model, pod))
        {
            pod.Status = Succeeded;
        }
    }

    /// <summary>What is left of a pod as long as no model is known.</summary>
    internal static void Trim(V1Pod pod)
    {
        pod.Metadata.Annotations = null;
        pod.Metadata.GenerateName = null;
        pod.Metadata.OwnerReferences = null;
        // Nobody deletes a pod: its version alone tells its states apart.
        pod.Metadata.Uid = null;
        pod.Metadata.Labels = pod.Metadata.Labels?.Where(label => ReadOfPods.Contains(label.Key)).ToDictionary();
        TrimMetadata(pod);
        pod.Spec = pod.Status?.Phase switch
        {
            "Succeeded" => Nothing,
            "Pending" => Needs(pod, [.. (pod.Spec?.Volumes ?? []).Where(volume => volume.PersistentVolumeClaim is not null)]),
            _ => Specs.Of(Needs(pod, null)),
        };
        if (pod.Status is not { } status)
        {
            return;
        }

        status.Conditions = status.Conditions?.Where(condition => condition.Type is "Ready" or "PodScheduled").ToArray();
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
            container.User = null;
            if (container.State?.Terminated is { } ended)
            {
                ended.ContainerID = null;
            }
        }
    }

    /// <summary>
    /// Lets go of the reports that the model's status has come to remember, the largest part of what is left of a pod. Were the status
    /// lost, the stage would run again and find its artifact, as it does where a pod is gone.
    /// </summary>
    internal static void Forget(GreenModel model, IObjectCache<V1Pod> pods, IReadOnlyList<V1Pod> own)
    {
        foreach (var pod in own.Where(pod => pod.Status?.Phase == "Succeeded" && pod.Status != Succeeded && IsRemembered(model, pod)))
        {
            pods.Shrink(pod, new V1Pod { ApiVersion = pod.ApiVersion, Kind = pod.Kind, Metadata = pod.Metadata, Spec = pod.Spec, Status = Succeeded });
        }
    }

    private static bool IsRemembered(GreenModel model, V1Pod pod) => model.Status?.Artifacts?.Any(artifact =>
        artifact.Stage == pod.GetLabel(Labels.Stage) && artifact.Revision == pod.GetLabel(Labels.Revision)) == true;

    private static V1PodSpec Needs(V1Pod pod, IList<V1Volume>? volumes) => new()
    {
        Containers = Asked(pod.Spec?.Containers) ?? [],
        InitContainers = Asked(pod.Spec?.InitContainers),
        Volumes = volumes,
    };

    /// <summary>What containers ask for: it tells why a pod finds no node, and what it had too little of.</summary>
    private static V1Container[]? Asked(IList<V1Container>? containers) =>
        containers?.Select(container => new V1Container { Name = container.Name, Resources = container.Resources }).ToArray();

    /// <summary>A Job's template cannot be changed, so it is never compared.</summary>
    internal static void Trim(V1Job job)
    {
        TrimMetadata(job);
        job.Metadata.Annotations = null;
        job.Spec.Template = NoTemplate;
        job.Spec.PodFailurePolicy = null;
        job.Spec.Selector = null;
        var spec = job.Spec;
        job.Spec = Shared(KubernetesJson.Serialize(spec), () => spec);
        if (job.Status is { } status)
        {
            status.UncountedTerminatedPods = null;
            status.Conditions = status.Conditions?.Where(condition => condition.Type is "Complete" or "Failed").ToArray();
        }
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
        map.Data = Sorted(map.Data, entry => Digest(entry.Value));
    }

    /// <summary>Of a claim whose, of what class and how it is, is read.</summary>
    internal static void Trim(V1PersistentVolumeClaim claim)
    {
        Trim((IKubernetesObject<V1ObjectMeta>)claim);
        claim.Metadata.Annotations = null;
        claim.Spec = new V1PersistentVolumeClaimSpec { StorageClassName = claim.Spec?.StorageClassName };
        claim.Status = new V1PersistentVolumeClaimStatus { Phase = claim.Status?.Phase };
    }

    internal static void Trim(V1Service service)
    {
        Trim((IKubernetesObject<V1ObjectMeta>)service);
        service.Status = null;
        service.Spec.Selector = Shared(service.Spec.Selector);
        service.Spec.ClusterIPs = null;
        service.Spec.IpFamilies = null;
    }

    internal static void Trim(V1PodDisruptionBudget budget)
    {
        Trim((IKubernetesObject<V1ObjectMeta>)budget);
        budget.Status = null;
        Share(budget.Spec.Selector);
    }

    internal static void Trim(V1NetworkPolicy policy)
    {
        Trim((IKubernetesObject<V1ObjectMeta>)policy);
        Share(policy.Spec.PodSelector);
    }

    internal static void Trim(V1Deployment deployment)
    {
        Trim((IKubernetesObject<V1ObjectMeta>)deployment);
        if (deployment.Status is { } status)
        {
            status.Conditions = status.Conditions?.Where(condition => condition.Type == "ReplicaFailure").ToArray();
        }

        Share(deployment.Spec.Selector);
        if (deployment.Spec.Template?.Metadata is { } metadata)
        {
            metadata.Labels = Shared(metadata.Labels);
        }
    }

    /// <summary>What an immutable ConfigMap's entry is remembered by.</summary>
    internal static string Digest(string text) => $"sha256:{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    /// <summary>
    /// What is compared field by field. Of the managed fields ours are read, which tell whether a setting of ours is no
    /// longer wanted, and those of autoscalers, which tell whose the replicas are.
    /// </summary>
    private static void Trim(IKubernetesObject<V1ObjectMeta> child)
    {
        var read = child.Metadata.ManagedFields?
            .Where(entry => (entry.Manager == ChildApis.Manager && entry.Operation == "Apply") || entry.Subresource == "scale")
            .Select(Shared)
            .ToArray();
        TrimMetadata(child);
        child.Metadata.ManagedFields = read;
    }

    private static void TrimMetadata(IKubernetesObject<V1ObjectMeta> child)
    {
        var metadata = child.Metadata;
        metadata.ManagedFields = null;
        metadata.NamespaceProperty = Identity(metadata.NamespaceProperty);
        metadata.Labels = Shared(metadata.Labels);
        foreach (var owner in metadata.OwnerReferences ?? [])
        {
            owner.ApiVersion = Identity(owner.ApiVersion);
            owner.Kind = Identity(owner.Kind);
            owner.Name = Identity(owner.Name);
            owner.Uid = Identity(owner.Uid);
        }

        metadata.OwnerReferences = metadata.OwnerReferences is { } owners ? Owners.Of([.. owners]) : null;
    }

    private static void Share(V1LabelSelector? selector)
    {
        if (selector is not null)
        {
            selector.MatchLabels = Shared(selector.MatchLabels);
        }
    }

    /// <summary>Many of a model's children, and what selects its pods, say the same of themselves.</summary>
    private static SortedList<string, string>? Shared(IDictionary<string, string>? labels) =>
        labels is null ? null : LabelSets.Of(Sorted(labels, label => label.Key == Labels.Model ? Identity(label.Value) : label.Value)!);

    /// <summary>A sorted list is half of a dictionary.</summary>
    private static SortedList<string, string>? Sorted(IDictionary<string, string>? entries, Func<KeyValuePair<string, string>, string> value) => entries is null ? null : new(
        entries.ToDictionary(entry => string.Intern(entry.Key), value), StringComparer.Ordinal);

    /// <summary>What all of a model's children say of it, once.</summary>
    private static string Identity(string? text) => text is null ? null! : Identities.GetOrAdd(text);

    /// <summary>All models' children of a kind set the same fields; only the owner's identity, which no plan takes back, and the time differ.</summary>
    private static V1ManagedFieldsEntry Shared(V1ManagedFieldsEntry entry)
    {
        entry.Time = null;
        if (entry.FieldsV1 is not JsonElement { ValueKind: JsonValueKind.Object } element)
        {
            return entry;
        }

        var fields = JsonObject.Create(element)!;
        (fields["f:metadata"] as JsonObject)?.Remove("f:ownerReferences");
        var text = fields.ToJsonString();
        return Shared($"{entry.Manager}/{entry.Operation}/{entry.Subresource}/{text}", () =>
        {
            entry.FieldsV1 = JsonSerializer.Deserialize<JsonElement>(text);
            return entry;
        });
    }

    private static T Shared<T>(string text, Func<T> make)
        where T : class
    {
        // What is shared by few is given up with the rest, and is shared anew.
        if (Shapes.Count >= MostShapes)
        {
            Shapes.Clear();
        }

        return (T)Shapes.GetOrAdd($"{typeof(T).Name}/{text}", _ => make());
    }
}
