using static System.FormattableString;

namespace GreenOps.Decisions.Budgets;

/// <summary>How a budget stands at a moment.</summary>
/// <param name="Name">Name of the budget, for people.</param>
/// <param name="Limit">What may be emitted in the window; positive.</param>
/// <param name="Spent">What has been emitted in it.</param>
/// <param name="Window">The window.</param>
/// <param name="Throttles">Whether work is held back once it is used up; otherwise it only warns.</param>
public sealed record BudgetStanding(string Name, Grams Limit, Grams Spent, BudgetWindow Window, bool Throttles)
{
    /// <summary>Whether nothing is left.</summary>
    public bool Exhausted => Spent.Value >= Limit.Value;

    /// <summary>What is left, at least 0.</summary>
    public Grams Left => new(Math.Max(0, Limit.Value - Spent.Value));

    /// <summary>The budget in words; what is spent is left out, because it changes from moment to moment and a status should not.</summary>
    public string InWords => Invariant($"CarbonBudget {Name} of {Limit.Value:0.###} g CO2e until {Quantity.ToClock(Window.End)}");

    /// <summary>
    /// The budget that counts of several: one that is used up before one that is not, one that throttles before one that
    /// warns, then the one that ends last, since it holds work back longest.
    /// </summary>
    /// <param name="budgets">The budgets; may be none.</param>
    /// <returns>The one that counts; null when there is none.</returns>
    public static BudgetStanding? Binding(IEnumerable<BudgetStanding> budgets) => budgets
        .OrderByDescending(budget => budget.Exhausted)
        .ThenByDescending(budget => budget.Throttles)
        .ThenByDescending(budget => budget.Window.End)
        .ThenBy(budget => budget.Left.Value)
        .ThenBy(budget => budget.Name, StringComparer.Ordinal)
        .FirstOrDefault();
}
