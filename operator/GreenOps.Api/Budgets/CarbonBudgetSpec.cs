using System.ComponentModel;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Budgets;

/// <summary>How much may be emitted in what time, and what happens beyond.</summary>
public sealed record CarbonBudgetSpec
{
    /// <summary>Grams of CO2-equivalent that all GreenModels of the namespace together may emit in a period: what their stages and their serving are charged in status.emissions.</summary>
    [JsonPropertyName("grams")]
    [DecimalString(0, 1e12, ExclusiveMinimum = true)]
    public required string Grams { get; init; }

    /// <summary>Day, Week (from Monday) or Month, in UTC. At its end the budget begins anew; nothing is carried over.</summary>
    [JsonPropertyName("period")]
    [DefaultValue(BudgetLength.Month)]
    [Rule("self == oldSelf", "period cannot be changed after creation: what is spent was counted for the other; make another CarbonBudget")]
    public BudgetLength Period { get; init; } = BudgetLength.Month;

    /// <summary>What happens when it is used up. Warn: conditions and events say so. Throttle: also, training waits for the next period unless its deadline forbids, and all traffic goes to the accepted variant of least energy.</summary>
    [JsonPropertyName("action")]
    [DefaultValue(BudgetAction.Warn)]
    public BudgetAction Action { get; init; }
}

/// <summary>How long a budget lasts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BudgetLength>))]
public enum BudgetLength
{
    /// <summary>A calendar day.</summary>
    Day,

    /// <summary>A week from Monday.</summary>
    Week,

    /// <summary>A calendar month.</summary>
    Month,
}

/// <summary>What happens when a budget is used up.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BudgetAction>))]
public enum BudgetAction
{
    /// <summary>It is told.</summary>
    Warn,

    /// <summary>It is told, and work is held back.</summary>
    Throttle,
}
