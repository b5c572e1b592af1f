using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Models;

/// <summary>What to train, how to compress it and how to serve it.</summary>
[Rule(
    "!has(self.serving) || !has(self.serving.variants) || !has(self.serving.variants.mix) || self.serving.variants.mix.all(m, m.variant == 'full' || (has(self.compression) && has(self.compression.variants) && self.compression.variants.exists(v, v.name == m.variant)))",
    "serving.variants.mix names a variant that does not exist: use 'full' or a name from compression.variants")]
[Rule(
    "!has(self.compression) || !has(self.compression.accuracyFloor) || !has(self.serving) || !has(self.serving.variants) || !has(self.serving.variants.accuracyFloor) || double(self.serving.variants.accuracyFloor) >= double(self.compression.accuracyFloor)",
    "serving.variants.accuracyFloor is below compression.accuracyFloor: variants that inaccurate are never served, so it holds nothing; raise it or remove it")]
[Rule(
    "!has(self.compression) || !has(self.compression.maxAccuracyLoss) || !has(self.serving) || !has(self.serving.variants) || !has(self.serving.variants.maxAccuracyLoss) || double(self.serving.variants.maxAccuracyLoss) <= double(self.compression.maxAccuracyLoss)",
    "serving.variants.maxAccuracyLoss is greater than compression.maxAccuracyLoss: variants that lose so much are never served, so it holds nothing; lower it or remove it")]
public sealed record GreenModelSpec
{
    /// <summary>Name of the CarbonZone that the nodes draw their power from.</summary>
    [JsonPropertyName("carbonZone")]
    [Length(1, 253)]
    [RegularExpression(NamePatterns.Subdomain, ErrorMessage = "carbonZone " + NamePatterns.SubdomainSentence)]
    public required string CarbonZone { get; init; }

    /// <summary>The training that makes the full model.</summary>
    [JsonPropertyName("training")]
    public required TrainingSpec Training { get; init; }

    /// <summary>The variants made from the full model. Without it only the full model is served.</summary>
    [JsonPropertyName("compression")]
    public CompressionSpec? Compression { get; init; }

    /// <summary>How the accepted variants are served.</summary>
    [JsonPropertyName("serving")]
    [DefaultValue(typeof(ServingSpec))]
    public ServingSpec Serving { get; init; } = new();

    /// <summary>Where artifacts are stored.</summary>
    [JsonPropertyName("artifacts")]
    [DefaultValue(typeof(ArtifactsSpec))]
    public ArtifactsSpec Artifacts { get; init; } = new();
}

/// <summary>The persistent volume claim that holds the artifacts of the model.</summary>
[Rule(
    "has(self.storageClassName) == has(oldSelf.storageClassName)",
    "artifacts.storageClassName cannot be set or removed after creation: the claim is bound to it")]
public sealed record ArtifactsSpec
{
    /// <summary>Size of the claim, as a Kubernetes quantity.</summary>
    [JsonPropertyName("size")]
    [DefaultValue("1Gi")]
    [Length(1, 20)]
    [RegularExpression(@"^[1-9][0-9]*(Ki|Mi|Gi|Ti|k|M|G|T)?$", ErrorMessage = "artifacts.size must be a whole number with an optional unit, such as 1Gi or 500Mi")]
    [Rule("self == oldSelf", "artifacts.size cannot be changed after creation: it sizes the claim that holds the artifacts")]
    public string Size { get; init; } = "1Gi";

    /// <summary>Storage class of the claim; the cluster's default when unset. Cannot be changed after creation.</summary>
    [JsonPropertyName("storageClassName")]
    [Length(1, 253)]
    [RegularExpression(NamePatterns.Subdomain, ErrorMessage = "artifacts.storageClassName " + NamePatterns.SubdomainSentence)]
    [Rule("self == oldSelf", "artifacts.storageClassName cannot be changed after creation: the claim is bound to it")]
    public string? StorageClassName { get; init; }

    /// <summary>Access mode of the claim. ReadWriteMany lets training and serving pods run on different nodes.</summary>
    [JsonPropertyName("accessMode")]
    [DefaultValue(StoreAccessMode.ReadWriteOnce)]
    [Rule("self == oldSelf", "artifacts.accessMode cannot be changed after creation: the claim is bound to it")]
    public StoreAccessMode AccessMode { get; init; }
}

/// <summary>Access modes of the store claim.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StoreAccessMode>))]
public enum StoreAccessMode
{
    /// <summary>Pods of one node.</summary>
    ReadWriteOnce,

    /// <summary>Pods of every node.</summary>
    ReadWriteMany,
}
