namespace GreenOps.Decisions.Budgets;

/// <summary>What one emitter has emitted since it began to exist.</summary>
/// <param name="Key">What tells it from every other, also from a later one of the same name.</param>
/// <param name="Total">Its emissions so far.</param>
public readonly record struct EmitterTotal(string Key, Grams Total);

/// <summary>What has been spent of a budget in its window.</summary>
/// <param name="Window">The window.</param>
/// <param name="Spent">Emissions within it, of emitters that are gone too.</param>
/// <param name="Seen">The totals that <paramref name="Spent"/> goes up to.</param>
public sealed record BudgetBooks(BudgetWindow Window, Grams Spent, IReadOnlyList<EmitterTotal> Seen)
{
    /// <summary>Enters what was emitted since the books were last kept.</summary>
    /// <param name="before">The books so far; null for a new budget, on which nothing is charged that was emitted before it.</param>
    /// <param name="window">The window that holds now; in a new one, spending begins at zero.</param>
    /// <param name="totals">Every emitter's total now.</param>
    /// <returns>
    /// The books up to now. What was emitted between the last entry and the end of its window is charged to the window
    /// of this entry: nothing is lost, and the gap is as short as the time between two entries.
    /// </returns>
    public static BudgetBooks Advance(BudgetBooks? before, BudgetWindow window, IReadOnlyList<EmitterTotal> totals)
    {
        ArgumentNullException.ThrowIfNull(totals);
        if (before is null)
        {
            return new BudgetBooks(window, new Grams(0), totals);
        }

        var seen = before.Seen.ToDictionary(emitter => emitter.Key, emitter => emitter.Total.Value, StringComparer.Ordinal);
        var since = totals.Sum(emitter => Math.Max(0, emitter.Total.Value - seen.GetValueOrDefault(emitter.Key)));
        var spent = before.Window == window ? before.Spent.Value : 0;
        return new BudgetBooks(window, new Grams(spent + since), totals);
    }
}
