using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;
using k8s.Models;

namespace GreenOps.Api.Models;

/// <summary>Requests and limits of a container, as in a pod.</summary>
[Rule(
    "!has(self.requests) || !has(self.limits) || ['cpu', 'memory', 'ephemeral-storage', 'nvidia.com/gpu'].all(name, !(name in self.requests) || !(name in self.limits) || quantity(string(self.requests[name])).compareTo(quantity(string(self.limits[name]))) <= 0)",
    "resources.requests asks for more than resources.limits allows: lower the request or raise the limit")]
public sealed record ComputeResources
{
    /// <summary>The most the container may use, by resource name.</summary>
    [JsonPropertyName("limits")]
    [Length(0, 16)]
    [Rule("self.all(name, !string(self[name]).startsWith('-'))", "a quantity in resources.limits must not be negative")]
    public IReadOnlyDictionary<string, ResourceQuantity>? Limits { get; init; }

    /// <summary>What the container is promised, by resource name.</summary>
    [JsonPropertyName("requests")]
    [Length(0, 16)]
    [Rule("self.all(name, !string(self[name]).startsWith('-'))", "a quantity in resources.requests must not be negative")]
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
    [RegularExpression(NamePatterns.Subdomain, ErrorMessage = "podTemplate.runtimeClassName " + NamePatterns.SubdomainSentence)]
    public string? RuntimeClassName { get; init; }

    /// <summary>Service account of the pods.</summary>
    [JsonPropertyName("serviceAccountName")]
    [Length(1, 253)]
    [RegularExpression(NamePatterns.Subdomain, ErrorMessage = "podTemplate.serviceAccountName " + NamePatterns.SubdomainSentence)]
    public string? ServiceAccountName { get; init; }
}

/// <summary>A tolerated taint, as in a pod.</summary>
[Rule("has(self.key) || (has(self.operator) && self.operator == 'Exists')", "a toleration without a key tolerates every taint, and must say so: set operator: Exists, or a key")]
[Rule("!has(self.value) || !has(self.operator) || self.operator == 'Equal'", "a toleration with operator: Exists has no value: remove it, or set operator: Equal")]
[Rule("!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')", "tolerationSeconds has no meaning without effect: NoExecute")]
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
