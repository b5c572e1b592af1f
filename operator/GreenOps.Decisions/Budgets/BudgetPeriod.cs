namespace GreenOps.Decisions.Budgets;

/// <summary>How long a budget lasts before it begins anew.</summary>
public enum BudgetPeriod
{
    /// <summary>A calendar day.</summary>
    Day,

    /// <summary>A week from Monday, as ISO 8601 counts.</summary>
    Week,

    /// <summary>A calendar month.</summary>
    Month,
}
