using GreenOps.Api.Models;
using GreenOps.Contract;
using k8s.Models;

namespace GreenOps.Operator.Desired;

/// <summary>What the pods of all stages and servers have in common: volumes, security, environment, the user's overlay.</summary>
internal static class PodParts
{
    // The user and group of the images, given to the store's files so that a fresh volume can be written.
    private const long ImageUser = 65532;

    private const string StoreName = "artifacts";
    private const string ConfigurationName = "configuration";
    private const string ScratchName = "scratch";

    public static V1VolumeMount ConfigurationMount => new() { Name = ConfigurationName, MountPath = ContainerPaths.Configuration, ReadOnlyProperty = true };

    public static V1VolumeMount ScratchMount => new() { Name = ScratchName, MountPath = ContainerPaths.Scratch };

    public static V1Volume ScratchVolume => new() { Name = ScratchName, EmptyDir = new V1EmptyDirVolumeSource() };

    public static V1ContainerPort HttpPort => new() { Name = Ports.HttpName, ContainerPort = Ports.Http, Protocol = "TCP" };

    public static V1ContainerPort GrpcPort => new() { Name = Ports.GrpcName, ContainerPort = Ports.Grpc, Protocol = "TCP" };

    /// <summary>The <c>restricted</c> profile of the Pod Security Standards, container side.</summary>
    public static V1SecurityContext RestrictedContainer => new()
    {
        AllowPrivilegeEscalation = false,
        ReadOnlyRootFilesystem = true,
        Capabilities = new V1Capabilities { Drop = ["ALL"] },
    };

    /// <summary>A pod of the <c>restricted</c> profile with the user's overlay.</summary>
    public static V1PodSpec Restricted(PodOverlay? overlay) => new()
    {
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        SecurityContext = new V1PodSecurityContext
        {
            RunAsNonRoot = true,
            RunAsUser = ImageUser,
            RunAsGroup = ImageUser,
            FsGroup = ImageUser,
            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
        },
        NodeSelector = overlay?.NodeSelector is { Count: > 0 } nodes ? nodes.ToDictionary() : null,
        Tolerations = overlay?.Tolerations?.Select(toleration => new V1Toleration
        {
            Key = toleration.Key,
            OperatorProperty = toleration.Operator,
            Value = toleration.Value,
            Effect = toleration.Effect,
            TolerationSeconds = toleration.TolerationSeconds,
        }).ToList(),
        RuntimeClassName = overlay?.RuntimeClassName,
        ServiceAccountName = overlay?.ServiceAccountName,
    };

    public static V1Volume StoreVolume(GreenModel model) => new()
    {
        Name = StoreName,
        PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = ChildNames.Claim(model) },
    };

    public static V1VolumeMount StoreMount(bool readOnly) =>
        new() { Name = StoreName, MountPath = ContainerPaths.Store, ReadOnlyProperty = readOnly ? true : null };

    /// <summary>A folder of the store alone, made when it is not there.</summary>
    public static V1VolumeMount StoreMount(string path, string subPath) => new() { Name = StoreName, MountPath = path, SubPath = subPath };

    public static V1Volume ConfigurationVolume(string configMap) => new()
    {
        Name = ConfigurationName,
        ConfigMap = new V1ConfigMapVolumeSource { Name = configMap },
    };

    public static V1Volume ClaimVolume(string name, string claim) => new()
    {
        Name = name,
        PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = claim, ReadOnlyProperty = true },
    };

    public static V1VolumeMount ClaimMount(string name, string claim) =>
        new() { Name = name, MountPath = $"{ContainerPaths.Claims}/{claim}", ReadOnlyProperty = true };

    public static V1ResourceRequirements? Resources(ComputeResources? resources) => resources is null
        ? null
        : new V1ResourceRequirements
        {
            // The API server drops maps that are empty, and would be sent them again and again.
            Limits = resources.Limits is { Count: > 0 } limits ? limits.ToDictionary() : null,
            Requests = resources.Requests is { Count: > 0 } requests ? requests.ToDictionary() : null,
        };

    /// <summary>Who the pod is, and how much processor it may count on: its limit, else its request.</summary>
    public static List<V1EnvVar> Environment(ComputeResources? resources)
    {
        List<V1EnvVar> variables =
        [
            FromField(EnvironmentNames.PodName, "metadata.name"),
            FromField(EnvironmentNames.PodNamespace, "metadata.namespace"),
        ];
        if (CpuSource(resources) is { } source)
        {
            variables.Add(new V1EnvVar
            {
                Name = EnvironmentNames.CpuMillicores,
                ValueFrom = new V1EnvVarSource
                {
                    ResourceFieldRef = new V1ResourceFieldSelector { Resource = source, Divisor = new ResourceQuantity("1m") },
                },
            });
        }

        return variables;
    }

    private static string? CpuSource(ComputeResources? resources) => resources switch
    {
        { Limits: { } limits } when limits.ContainsKey("cpu") => "limits.cpu",
        { Requests: { } requests } when requests.ContainsKey("cpu") => "requests.cpu",
        _ => null,
    };

    private static V1EnvVar FromField(string name, string path) => new()
    {
        Name = name,
        ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { ApiVersion = "v1", FieldPath = path } },
    };
}
