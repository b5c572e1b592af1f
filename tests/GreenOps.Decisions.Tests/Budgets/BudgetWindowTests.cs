using System.Globalization;
using FsCheck.Xunit;
using GreenOps.Decisions.Budgets;
using Xunit;

namespace GreenOps.Decisions.Tests.Budgets;

public sealed class BudgetWindowTests
{
    [Theory]
    [InlineData("2026-06-03T12:00:00Z", BudgetPeriod.Day, "2026-06-03T00:00:00Z", "2026-06-04T00:00:00Z")]
    [InlineData("2026-06-03T12:00:00Z", BudgetPeriod.Week, "2026-06-01T00:00:00Z", "2026-06-08T00:00:00Z")]
    [InlineData("2026-06-07T23:59:59Z", BudgetPeriod.Week, "2026-06-01T00:00:00Z", "2026-06-08T00:00:00Z")]
    [InlineData("2026-06-08T00:00:00Z", BudgetPeriod.Week, "2026-06-08T00:00:00Z", "2026-06-15T00:00:00Z")]
    [InlineData("2024-02-29T12:00:00Z", BudgetPeriod.Month, "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("2026-12-31T23:59:59Z", BudgetPeriod.Month, "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("2026-06-01T01:00:00+02:00", BudgetPeriod.Month, "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z")]
    public void A_window_is_of_the_calendar_in_UTC(string now, BudgetPeriod period, string start, string end) => Assert.Equal(
        new BudgetWindow(At(start), At(end)), BudgetWindow.Holding(At(now), period));

    [Property]
    public void Windows_follow_each_other_without_gap_or_overlap(ushort hours, BudgetPeriod period)
    {
        var now = At("2024-01-01T00:00:00Z").AddHours(hours);
        var window = BudgetWindow.Holding(now, period);

        Assert.True(window.Start <= now && now < window.End);
        Assert.Equal(window, BudgetWindow.Holding(window.End.AddTicks(-1), period));
        Assert.Equal(window.End, BudgetWindow.Holding(window.End, period).Start);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
