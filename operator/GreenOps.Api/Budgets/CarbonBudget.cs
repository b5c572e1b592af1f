using System.Text.Json.Serialization;
using GreenOps.Api.Schema;
using k8s;
using k8s.Models;

namespace GreenOps.Api.Budgets;

/// <summary>
/// How many grams of CO2-equivalent the GreenModels of its namespace may emit in a day, a week or a month, and what
/// happens beyond.
/// </summary>
[KubernetesEntity(Group = ApiGroup.Name, ApiVersion = ApiGroup.Version, Kind = KubeKind, PluralName = KubePluralName)]
[CustomResource("carbonbudget", ShortNames = ["cb"], Categories = ["greenops"])]
[PrinterColumn("Grams", "string", ".spec.grams")]
[PrinterColumn("Period", "string", ".spec.period")]
[PrinterColumn("Action", "string", ".spec.action")]
[PrinterColumn("Spent", "number", ".status.spentGrams")]
[PrinterColumn("Percent", "integer", ".status.spentPercent")]
[PrinterColumn("Within", "string", ".status.conditions[?(@.type==\"WithinBudget\")].status")]
[PrinterColumn("Until", "date", ".status.windowEndsAt", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record CarbonBudget : IKubernetesObject<V1ObjectMeta>, ISpec<CarbonBudgetSpec>, IStatus<CarbonBudgetStatus?>
{
    /// <summary>The kind's name.</summary>
    public const string KubeKind = "CarbonBudget";

    /// <summary>The kind's plural name.</summary>
    public const string KubePluralName = "carbonbudgets";

    /// <inheritdoc/>
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = $"{ApiGroup.Name}/{ApiGroup.Version}";

    /// <inheritdoc/>
    [JsonPropertyName("kind")]
    public string Kind { get; set; } = KubeKind;

    /// <inheritdoc/>
    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What the user allows.</summary>
    [JsonPropertyName("spec")]
    public required CarbonBudgetSpec Spec { get; set; }

    /// <summary>What has been spent.</summary>
    [JsonPropertyName("status")]
    public CarbonBudgetStatus? Status { get; set; }
}
