using System.Collections.Frozen;
using System.Text.Json.Nodes;

using k8s.Models;

namespace GreenOps.Sandbox.Api.Schema;

/// <summary>
/// What Kubernetes' own API types declare beyond their fields: list keys and atomic maps (the
/// <c>x-kubernetes-list-type</c>, <c>x-kubernetes-list-map-keys</c> and <c>x-kubernetes-map-type</c> markers of its
/// published OpenAPI document) and the constant defaults of its versioned defaulting functions.
/// </summary>
internal static class BuiltInFieldRules
{
    private static readonly FrozenSet<Type> AtomicMaps = new[]
    {
        typeof(V1LabelSelector), typeof(V1LocalObjectReference), typeof(V1ObjectReference), typeof(V1OwnerReference),
        typeof(V1ConfigMapKeySelector), typeof(V1SecretKeySelector), typeof(V1ObjectFieldSelector), typeof(V1ResourceFieldSelector),
        typeof(V1NodeSelector), typeof(V1NodeSelectorTerm), typeof(V1TypedLocalObjectReference), typeof(Corev1EndpointPort),
        typeof(V1RoleRef), typeof(Rbacv1Subject), typeof(V1SecretReference),
    }.ToFrozenSet();

    private static readonly FrozenDictionary<(Type, string), string[]> ListKeys = new Dictionary<(Type, string), string[]>
    {
        [(typeof(V1ObjectMeta), "ownerReferences")] = ["uid"],
        [(typeof(V1PodSpec), "containers")] = ["name"],
        [(typeof(V1PodSpec), "initContainers")] = ["name"],
        [(typeof(V1PodSpec), "ephemeralContainers")] = ["name"],
        [(typeof(V1PodSpec), "volumes")] = ["name"],
        [(typeof(V1PodSpec), "imagePullSecrets")] = ["name"],
        [(typeof(V1PodSpec), "hostAliases")] = ["ip"],
        [(typeof(V1PodSpec), "schedulingGates")] = ["name"],
        [(typeof(V1PodSpec), "resourceClaims")] = ["name"],
        [(typeof(V1PodSpec), "topologySpreadConstraints")] = ["topologyKey", "whenUnsatisfiable"],
        [(typeof(V1Container), "env")] = ["name"],
        [(typeof(V1Container), "ports")] = ["containerPort", "protocol"],
        [(typeof(V1Container), "volumeMounts")] = ["mountPath"],
        [(typeof(V1Container), "volumeDevices")] = ["devicePath"],
        [(typeof(V1ServiceSpec), "ports")] = ["port", "protocol"],
        [(typeof(V1ServiceAccount), "secrets")] = ["name"],
        [(typeof(V1ServiceAccount), "imagePullSecrets")] = ["name"],
        [(typeof(V1PodStatus), "podIPs")] = ["ip"],
        [(typeof(V1PodStatus), "hostIPs")] = ["ip"],
        [(typeof(V1NodeStatus), "addresses")] = ["type"],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<(Type, string), JsonNode> Defaults = new Dictionary<(Type, string), JsonNode>
    {
        [(typeof(V1PodSpec), "restartPolicy")] = "Always",
        [(typeof(V1PodSpec), "dnsPolicy")] = "ClusterFirst",
        [(typeof(V1PodSpec), "terminationGracePeriodSeconds")] = 30,
        [(typeof(V1PodSpec), "schedulerName")] = "default-scheduler",
        [(typeof(V1PodSpec), "securityContext")] = new JsonObject(),
        [(typeof(V1PodSpec), "enableServiceLinks")] = true,
        [(typeof(V1Container), "terminationMessagePath")] = "/dev/termination-log",
        [(typeof(V1Container), "terminationMessagePolicy")] = "File",
        [(typeof(V1Container), "resources")] = new JsonObject(),
        [(typeof(V1ContainerPort), "protocol")] = "TCP",
        [(typeof(V1ServicePort), "protocol")] = "TCP",
        [(typeof(V1ObjectFieldSelector), "apiVersion")] = "v1",
        [(typeof(V1Probe), "timeoutSeconds")] = 1,
        [(typeof(V1Probe), "periodSeconds")] = 10,
        [(typeof(V1Probe), "successThreshold")] = 1,
        [(typeof(V1Probe), "failureThreshold")] = 3,
        [(typeof(V1HTTPGetAction), "path")] = "/",
        [(typeof(V1HTTPGetAction), "scheme")] = "HTTP",
        [(typeof(V1ConfigMapVolumeSource), "defaultMode")] = 420,
        [(typeof(V1SecretVolumeSource), "defaultMode")] = 420,
        [(typeof(V1DownwardAPIVolumeSource), "defaultMode")] = 420,
        [(typeof(V1ProjectedVolumeSource), "defaultMode")] = 420,
        [(typeof(V1HostPathVolumeSource), "type")] = "",
        [(typeof(V1ServiceSpec), "type")] = "ClusterIP",
        [(typeof(V1ServiceSpec), "sessionAffinity")] = "None",
        [(typeof(V1ServiceSpec), "internalTrafficPolicy")] = "Cluster",
        [(typeof(V1DeploymentSpec), "replicas")] = 1,
        [(typeof(V1DeploymentSpec), "strategy")] = new JsonObject(),
        [(typeof(V1DeploymentSpec), "revisionHistoryLimit")] = 10,
        [(typeof(V1DeploymentSpec), "progressDeadlineSeconds")] = 600,
        [(typeof(V1DeploymentStrategy), "type")] = "RollingUpdate",
        [(typeof(V1ReplicaSetSpec), "replicas")] = 1,
        [(typeof(V1JobSpec), "backoffLimit")] = 6,
        [(typeof(V1JobSpec), "completionMode")] = "NonIndexed",
        [(typeof(V1JobSpec), "suspend")] = false,
        [(typeof(V1JobSpec), "manualSelector")] = false,
        [(typeof(V1JobSpec), "podReplacementPolicy")] = "TerminatingOrFailed",
        [(typeof(V1PersistentVolumeClaimSpec), "volumeMode")] = "Filesystem",
        [(typeof(V1PersistentVolumeSpec), "volumeMode")] = "Filesystem",
        [(typeof(V1PersistentVolumeSpec), "persistentVolumeReclaimPolicy")] = "Retain",
        [(typeof(V1Secret), "type")] = "Opaque",
    }.ToFrozenDictionary();

    /// <summary>Whether an object of this type is always written as a whole.</summary>
    public static bool IsAtomic(Type model) => AtomicMaps.Contains(model);

    /// <summary>Adds to a field's type what the model class does not say.</summary>
    public static void Complete(Type model, string field, StructuralSchema type)
    {
        if (Defaults.TryGetValue((model, field), out var value)) type.Default = value;
        if (ListKeys.TryGetValue((model, field), out var keys)) Key(type, keys);
        else if (field == "conditions" && type.Items?.Declares("type") == true) Key(type, ["type"]);
        else if (model == typeof(V1ObjectMeta) && field == "finalizers") type.ListKind = ListKind.Set;
        if ((model, field) is (var owner, "nodeSelector" or "selector") && (owner == typeof(V1PodSpec) || owner == typeof(V1ServiceSpec))) type.AtomicMap = true;
    }

    private static void Key(StructuralSchema type, string[] keys)
    {
        type.ListKind = ListKind.Map;
        type.MapKeys = keys;
    }
}
