using System.Text.Json.Serialization;
using GreenOps.Api.Schema;
using k8s;
using k8s.Models;

namespace GreenOps.Api.Models;

/// <summary>A model to train, compress and serve with as little carbon as its accuracy and latency allow.</summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePluralName)]
[CustomResource(
    "greenmodel",
    ShortNames = ["gm"],
    Categories = ["all", "greenops"],
    SpecReplicasPath = ".spec.serving.replicas.min",
    StatusReplicasPath = ".status.serving.replicas",
    LabelSelectorPath = ".status.serving.selector")]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Zone", "string", ".spec.carbonZone")]
[PrinterColumn("GCO2/kWh", "number", ".status.carbon.gramsPerKWh")]
[PrinterColumn("Replicas", "integer", ".status.serving.readyReplicas")]
[PrinterColumn("Mix", "string", ".status.serving.mixSummary")]
[PrinterColumn("Avoided", "string", ".status.emissions.avoidedSummary")]
[PrinterColumn("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", Priority = 1)]
[PrinterColumn("Message", "string", ".status.conditions[?(@.type==\"Ready\")].message", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
[Rule(
    "size(self.metadata.name) <= 36 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    "metadata.name must be at most 36 characters, start with a letter and hold only lower-case letters, digits and '-': children such as Jobs and the Service are named after it")]
public sealed record GreenModel : IKubernetesObject<V1ObjectMeta>, ISpec<GreenModelSpec>, IStatus<GreenModelStatus?>
{
    /// <summary>The kind's name.</summary>
    public const string KubeKind = "GreenModel";

    /// <summary>The kind's plural name.</summary>
    public const string KubePluralName = "greenmodels";

    /// <inheritdoc/>
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = $"{ApiGroup.Name}/{ApiGroup.Version}";

    /// <inheritdoc/>
    [JsonPropertyName("kind")]
    public string Kind { get; set; } = KubeKind;

    /// <inheritdoc/>
    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What the user asks for.</summary>
    [JsonPropertyName("spec")]
    public required GreenModelSpec Spec { get; set; }

    /// <summary>What the operator did and saw.</summary>
    [JsonPropertyName("status")]
    public GreenModelStatus? Status { get; set; }
}
