using System.Text.Json.Serialization;
using GreenOps.Api.Schema;
using k8s;
using k8s.Models;

namespace GreenOps.Api.Zones;

/// <summary>
/// Where the carbon intensity of a grid comes from. Its status holds the value, its age and the forecast; every
/// GreenModel that names the zone reads them there, so one API quota serves the cluster.
/// </summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePluralName)]
[CustomResource("carbonzone", ShortNames = ["cz"], Categories = ["greenops"], ClusterScoped = true)]
[PrinterColumn("Signal", "string", ".spec.signal")]
[PrinterColumn("GCO2/kWh", "number", ".status.gramsPerKWh")]
[PrinterColumn("Source", "string", ".status.source")]
[PrinterColumn("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status")]
[PrinterColumn("Observed", "date", ".status.observedAt")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record CarbonZone : IKubernetesObject<V1ObjectMeta>, ISpec<CarbonZoneSpec>, IStatus<CarbonZoneStatus?>
{
    /// <summary>The kind's name.</summary>
    public const string KubeKind = "CarbonZone";

    /// <summary>The kind's plural name.</summary>
    public const string KubePluralName = "carbonzones";

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
    public required CarbonZoneSpec Spec { get; set; }

    /// <summary>What the operator saw last.</summary>
    [JsonPropertyName("status")]
    public CarbonZoneStatus? Status { get; set; }
}
