using System.Reflection;

using GreenOps.Sandbox.Api.Schema;

using k8s.Models;

namespace GreenOps.Sandbox.Api.Resources;

/// <summary>The built-in kinds that the sandbox serves.</summary>
internal static class BuiltInResources
{
    private static readonly ScalePaths Replicas = new(["spec", "replicas"], ["status", "replicas"], ["status", "selector"]);

    /// <summary>Every built-in kind, in the order of discovery.</summary>
    public static IReadOnlyList<ResourceType> All { get; } =
    [
        Of<V1Namespace>(namespaced: false, status: true, shortNames: ["ns"]),
        Of<V1Node>(namespaced: false, status: true, shortNames: ["no"]),
        Of<V1Pod>(status: true, shortNames: ["po"], categories: ["all"]) with { HasGeneration = true },
        Of<V1Service>(status: true, shortNames: ["svc"], categories: ["all"]),
        Of<V1ConfigMap>(shortNames: ["cm"]),
        Of<V1Secret>(),
        Of<V1ServiceAccount>(shortNames: ["sa"]),
        Of<V1PersistentVolumeClaim>(status: true, shortNames: ["pvc"]),
        Of<V1PersistentVolume>(namespaced: false, status: true, shortNames: ["pv"]),
        Of<Corev1Event>(shortNames: ["ev"]),
        Of<V1Endpoints>(shortNames: ["ep"]),
        Of<V1PodTemplate>() with { HasGeneration = true },
        Of<V1Deployment>(status: true, shortNames: ["deploy"], categories: ["all"]) with { HasGeneration = true, Scale = Replicas },
        Of<V1ReplicaSet>(status: true, shortNames: ["rs"], categories: ["all"]) with { HasGeneration = true, Scale = Replicas },
        Of<V1Job>(status: true, categories: ["all"]) with { HasGeneration = true },
        Of<V1Lease>(),
        Of<V1EndpointSlice>() with { HasGeneration = true },
        Of<Eventsv1Event>(shortNames: ["ev"]) with { Storage = new("", "events"), FromStored = EventVersions.ToEventsV1, ToStored = EventVersions.ToCoreV1 },
        Of<V1PodDisruptionBudget>(status: true, shortNames: ["pdb"]) with { HasGeneration = true },
        Of<V1NetworkPolicy>(shortNames: ["netpol"]) with { HasGeneration = true },
        Of<V1Role>(),
        Of<V1RoleBinding>(),
        Of<V1ClusterRole>(namespaced: false),
        Of<V1ClusterRoleBinding>(namespaced: false),
        Of<V1PriorityClass>(namespaced: false, shortNames: ["pc"]),
        Of<V1StorageClass>(namespaced: false, shortNames: ["sc"]),
        Of<V1CustomResourceDefinition>(namespaced: false, status: true, shortNames: ["crd", "crds"], categories: ["api-extensions"]) with { HasGeneration = true },
    ];

    private static ResourceType Of<T>(bool namespaced = true, bool status = false, string[]? shortNames = null, string[]? categories = null)
    {
        var entity = typeof(T).GetCustomAttribute<KubernetesEntityAttribute>()!;
        return new ResourceType
        {
            Group = entity.Group,
            Version = entity.ApiVersion,
            Kind = entity.Kind,
            ListKind = entity.Kind + "List",
            Plural = entity.PluralName,
            Singular = entity.Kind.ToLowerInvariant(),
            Namespaced = namespaced,
            Storage = new(entity.Group, entity.PluralName),
            Schema = BuiltInSchemas.For(typeof(T)),
            HasStatus = status,
            ShortNames = shortNames ?? [],
            Categories = categories ?? [],
        };
    }
}
