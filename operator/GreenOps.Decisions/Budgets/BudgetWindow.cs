namespace GreenOps.Decisions.Budgets;

/// <summary>The time that one budget is for, in UTC.</summary>
/// <param name="Start">Its first moment.</param>
/// <param name="End">The first moment that is no longer in it.</param>
public readonly record struct BudgetWindow(DateTimeOffset Start, DateTimeOffset End)
{
    private const int DaysOfWeek = 7;

    /// <summary>The window of a period that holds a moment.</summary>
    /// <param name="now">The moment, of whatever offset.</param>
    /// <param name="period">The period.</param>
    public static BudgetWindow Holding(DateTimeOffset now, BudgetPeriod period)
    {
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        switch (period)
        {
            case BudgetPeriod.Week:
                var monday = day.AddDays(-(((int)day.DayOfWeek + DaysOfWeek - (int)DayOfWeek.Monday) % DaysOfWeek));
                return new BudgetWindow(monday, monday.AddDays(DaysOfWeek));
            case BudgetPeriod.Month:
                var first = day.AddDays(1 - day.Day);
                return new BudgetWindow(first, first.AddMonths(1));
            default:
                return new BudgetWindow(day, day.AddDays(1));
        }
    }
}
