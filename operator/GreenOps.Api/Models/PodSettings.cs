using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using k8s.Models;

namespace GreenOps.Api.Models;

/// <summary>Requests and limits of a container, as in a pod.</summary>
public sealed record ComputeResources
{
    /// <summary>The most the container may use, by resource name.</summary>
    [JsonPropertyName("limits")]
    [Length(0, 32)]
    public IReadOnlyDictionary<string, ResourceQuantity>? Limits { get; init; }

    /// <summary>What the container is promised, by resource name.</summary>
    [JsonPropertyName("requests")]
    [Length(0, 32)]
    public IReadOnlyDictionary<string, ResourceQuantity>? Requests { get; init; }
}

/// <summary>Pod settings that a user may lay over the operator's own.</summary>
public sealed record PodOverlay
{
    /// <summary>Labels that a node must carry.</summary>
    [JsonPropertyName("nodeSelector")]
    [Length(0, 64)]
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Taints that the pods tolerate.</summary>
    [JsonPropertyName("tolerations")]
    [Length(0, 64)]
    public IReadOnlyList<PodToleration>? Tolerations { get; init; }

    /// <summary>Runtime class, for example for GPUs.</summary>
    [JsonPropertyName("runtimeClassName")]
    [Length(1, 253)]
    public string? RuntimeClassName { get; init; }

    /// <summary>Service account of the pods.</summary>
    [JsonPropertyName("serviceAccountName")]
    [Length(1, 253)]
    public string? ServiceAccountName { get; init; }
}

/// <summary>A tolerated taint, as in a pod.</summary>
public sealed record PodToleration
{
    /// <summary>Key of the taint; every key when unset.</summary>
    [JsonPropertyName("key")]
    public string? Key { get; init; }

    /// <summary>Exists or Equal.</summary>
    [JsonPropertyName("operator")]
    [AllowedValues("Exists", "Equal")]
    public string? Operator { get; init; }

    /// <summary>Value of the taint, for Equal.</summary>
    [JsonPropertyName("value")]
    public string? Value { get; init; }

    /// <summary>Effect of the taint; every effect when unset.</summary>
    [JsonPropertyName("effect")]
    [AllowedValues("NoSchedule", "PreferNoSchedule", "NoExecute")]
    public string? Effect { get; init; }

    /// <summary>Seconds the pod stays on the node after a NoExecute taint appears.</summary>
    [JsonPropertyName("tolerationSeconds")]
    public long? TolerationSeconds { get; init; }
}
