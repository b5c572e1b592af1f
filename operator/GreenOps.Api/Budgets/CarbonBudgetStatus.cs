using System.Text.Json.Serialization;
using GreenOps.Api.Schema;
using k8s.Models;

namespace GreenOps.Api.Budgets;

/// <summary>What has been spent of a budget.</summary>
public sealed record CarbonBudgetStatus
{
    /// <summary>Generation of the spec that this status answers to.</summary>
    [JsonPropertyName("observedGeneration")]
    public long? ObservedGeneration { get; init; }

    /// <summary>When the present period began.</summary>
    [JsonPropertyName("windowStartsAt")]
    public DateTimeOffset? WindowStartsAt { get; init; }

    /// <summary>When it ends and the budget begins anew.</summary>
    [JsonPropertyName("windowEndsAt")]
    public DateTimeOffset? WindowEndsAt { get; init; }

    /// <summary>Grams of CO2-equivalent emitted in the present period; in the first, since the budget was created.</summary>
    [JsonPropertyName("spentGrams")]
    public double? SpentGrams { get; init; }

    /// <summary>The same in whole percent of the budget; 100 only when it is used up.</summary>
    [JsonPropertyName("spentPercent")]
    public int? SpentPercent { get; init; }

    /// <summary>Up to when emissions are counted.</summary>
    [JsonPropertyName("accountedAt")]
    public DateTimeOffset? AccountedAt { get; init; }

    /// <summary>The models' totals that are counted so far, sorted by uid.</summary>
    [JsonPropertyName("models")]
    [ListMapKeys("uid")]
    public IReadOnlyList<BudgetedModel>? Models { get; init; }

    /// <summary>WithinBudget is False when the budget is used up; Ready tells that it is counted.</summary>
    [JsonPropertyName("conditions")]
    [ListMapKeys("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

/// <summary>A model's emissions as counted so far.</summary>
public sealed record BudgetedModel
{
    /// <summary>Identity of the model.</summary>
    [JsonPropertyName("uid")]
    public required string Uid { get; init; }

    /// <summary>Its emissions since it was created, in grams.</summary>
    [JsonPropertyName("gramsCO2e")]
    public required double GramsCO2e { get; init; }
}
