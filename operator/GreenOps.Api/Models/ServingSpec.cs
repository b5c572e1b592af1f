using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Models;

/// <summary>How the accepted variants are served.</summary>
[Rule(
    "!has(self.container) || self.variants.policy == 'Best' || (self.variants.policy == 'Fixed' && has(self.variants.mix) && self.variants.mix.filter(m, m.weight > 0).size() == 1)",
    "serving.container serves one variant at a time: set serving.variants.policy to Best, or to Fixed with one weight greater than 0")]
[Rule(
    "!has(self.container) || (has(self.resources) && ((has(self.resources.limits) && 'cpu' in self.resources.limits) || (has(self.resources.requests) && 'cpu' in self.resources.requests)))",
    "serving.resources must state cpu with serving.container, as a limit or a request: its energy is accounted for by its cores")]
[Rule(
    "!has(self.container) || self.objective.utilization == '0.7'",
    "serving.objective.utilization has no meaning with serving.container: remove it, and scale by serving.container.scaling")]
public sealed record ServingSpec
{
    /// <summary>Bounds of the replica count.</summary>
    [JsonPropertyName("replicas")]
    [DefaultValue(typeof(ReplicaBounds))]
    public ReplicaBounds Replicas { get; init; } = new();

    /// <summary>What must hold while saving carbon.</summary>
    [JsonPropertyName("objective")]
    [DefaultValue(typeof(ServingObjective))]
    public ServingObjective Objective { get; init; } = new();

    /// <summary>How traffic is divided between variants.</summary>
    [JsonPropertyName("variants")]
    [DefaultValue(typeof(VariantPolicy))]
    public VariantPolicy Variants { get; init; } = new();

    /// <summary>A container of your own that serves, in place of greenops-server.</summary>
    [JsonPropertyName("container")]
    public ServingContainer? Container { get; init; }

    /// <summary>Requests and limits of the serving pods; utilization is measured against the CPU limit, else the CPU request.</summary>
    [JsonPropertyName("resources")]
    public ComputeResources? Resources { get; init; }

    /// <summary>Settings laid over the serving pods.</summary>
    [JsonPropertyName("podTemplate")]
    public PodOverlay? PodTemplate { get; init; }
}

/// <summary>Bounds of the replica count.</summary>
[Rule("self.min <= self.max", "serving.replicas.min must not be greater than serving.replicas.max")]
public sealed record ReplicaBounds
{
    /// <summary>Never fewer; <c>kubectl scale greenmodel</c> sets it.</summary>
    [JsonPropertyName("min")]
    [DefaultValue(1)]
    [Range(1, 1000)]
    public int Min { get; init; } = 1;

    /// <summary>Never more.</summary>
    [JsonPropertyName("max")]
    [DefaultValue(10)]
    [Range(1, 1000)]
    public int Max { get; init; } = 10;
}

/// <summary>What must hold while saving carbon.</summary>
public sealed record ServingObjective
{
    /// <summary>A variant whose measured latency at the percentile is longer is rejected.</summary>
    [JsonPropertyName("latencyMilliseconds")]
    [Range(1, 600000)]
    public int? LatencyMilliseconds { get; init; }

    /// <summary>Percentile that latencyMilliseconds speaks of: 50 or 99.</summary>
    [JsonPropertyName("percentile")]
    [DefaultValue(99)]
    [Rule("self in [50, 99]", "serving.objective.percentile must be 50 or 99")]
    public int Percentile { get; init; } = 99;

    /// <summary>Replicas are added and removed to keep the mean utilization of the serving pods here.</summary>
    [JsonPropertyName("utilization")]
    [DefaultValue("0.7")]
    [DecimalString(0, 1, ExclusiveMinimum = true)]
    public string Utilization { get; init; } = "0.7";

    /// <summary>Seconds that fewer replicas must have been enough before any is removed.</summary>
    [JsonPropertyName("scaleDownStabilizationSeconds")]
    [DefaultValue(300)]
    [Range(0, 3600)]
    public int ScaleDownStabilizationSeconds { get; init; } = 300;
}

/// <summary>How traffic is divided between variants.</summary>
[Rule("self.policy != 'Fixed' || has(self.mix)", "serving.variants.mix is needed when the policy is Fixed")]
[Rule("self.policy == 'Fixed' || !has(self.mix)", "serving.variants.mix has no meaning unless the policy is Fixed: remove it or set policy: Fixed")]
[Rule("self.policy == 'CarbonAware' || (!has(self.accuracyFloor) && !has(self.maxAccuracyLoss))", "serving.variants.accuracyFloor and maxAccuracyLoss have no meaning unless the policy is CarbonAware")]
[Rule("!(has(self.accuracyFloor) && has(self.maxAccuracyLoss))", "set only one of serving.variants.accuracyFloor and serving.variants.maxAccuracyLoss")]
public sealed record VariantPolicy
{
    /// <summary>CarbonAware sends requests to cheaper variants in dirtier hours and keeps the mean accuracy over the window; Fixed divides by the mix; Best sends all to the most accurate variant.</summary>
    [JsonPropertyName("policy")]
    [DefaultValue(MixPolicy.CarbonAware)]
    public MixPolicy Policy { get; init; }

    /// <summary>CarbonAware: the mean accuracy of all answers of a window is never below this.</summary>
    [JsonPropertyName("accuracyFloor")]
    [DecimalString(0, 1)]
    public string? AccuracyFloor { get; init; }

    /// <summary>CarbonAware: the same, as the loss against the most accurate variant.</summary>
    [JsonPropertyName("maxAccuracyLoss")]
    [DecimalString(0, 1)]
    public string? MaxAccuracyLoss { get; init; }

    /// <summary>CarbonAware: seconds over which the mean accuracy is kept.</summary>
    [JsonPropertyName("windowSeconds")]
    [DefaultValue(86400)]
    [Range(10, 604800)]
    public int WindowSeconds { get; init; } = 86400;

    /// <summary>Fixed: relative weights of the variants.</summary>
    [JsonPropertyName("mix")]
    [ListMapKeys("variant")]
    [Length(1, 16)]
    [Rule("self.exists(m, m.weight > 0)", "at least one weight in serving.variants.mix must be greater than 0")]
    public IReadOnlyList<MixEntry>? Mix { get; init; }
}

/// <summary>Policies that divide traffic.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MixPolicy>))]
public enum MixPolicy
{
    /// <summary>Cheaper variants in dirtier hours, mean accuracy kept.</summary>
    CarbonAware,

    /// <summary>By given weights.</summary>
    Fixed,

    /// <summary>All to the most accurate variant.</summary>
    Best,
}

/// <summary>Weight of one variant.</summary>
public sealed record MixEntry
{
    /// <summary>Name of the variant; "full" is the uncompressed model.</summary>
    [JsonPropertyName("variant")]
    [Length(1, 14)]
    public required string Variant { get; init; }

    /// <summary>Relative weight in a spec; percent in a status.</summary>
    [JsonPropertyName("weight")]
    [Range(0, 1000000)]
    public required int Weight { get; init; }
}
