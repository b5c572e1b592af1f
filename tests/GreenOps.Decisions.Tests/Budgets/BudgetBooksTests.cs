using FsCheck.Xunit;
using GreenOps.Decisions.Budgets;
using Xunit;

namespace GreenOps.Decisions.Tests.Budgets;

public sealed class BudgetBooksTests
{
    private static readonly BudgetWindow June = BudgetWindow.Holding(Outlooks.Midnight, BudgetPeriod.Month);
    private static readonly BudgetWindow July = BudgetWindow.Holding(June.End, BudgetPeriod.Month);

    [Fact]
    public void A_new_budget_is_not_charged_with_what_was_emitted_before_it() =>
        Assert.Equal(0, BudgetBooks.Advance(null, June, Totals(("a", 500))).Spent.Value);

    [Fact]
    public void An_emitter_that_came_later_is_charged_with_all_of_it()
    {
        var books = BudgetBooks.Advance(null, June, Totals(("a", 500)));

        Assert.Equal(30, BudgetBooks.Advance(books, June, Totals(("a", 510), ("b", 20))).Spent.Value);
    }

    [Fact]
    public void What_an_emitter_has_spent_stays_spent_when_it_is_gone()
    {
        var books = BudgetBooks.Advance(null, June, Totals(("a", 0)));
        books = BudgetBooks.Advance(books, June, Totals(("a", 40)));

        Assert.Equal(45, BudgetBooks.Advance(books, June, Totals(("b", 5))).Spent.Value);
    }

    [Fact]
    public void A_new_window_begins_at_zero_and_loses_nothing()
    {
        var books = BudgetBooks.Advance(null, June, Totals(("a", 0)));
        books = BudgetBooks.Advance(books, June, Totals(("a", 40)));
        books = BudgetBooks.Advance(books, July, Totals(("a", 47)));

        Assert.Equal((July, 7.0), (books.Window, books.Spent.Value));
    }

    [Property]
    public void Any_number_of_entries_adds_up_to_the_same(uint[] steps)
    {
        var first = BudgetBooks.Advance(null, June, Totals(("a", 0)));
        double total = 0;
        var books = first;
        foreach (var step in steps)
        {
            total += step % 1000;
            books = BudgetBooks.Advance(books, June, Totals(("a", total)));
        }

        Assert.Equal(BudgetBooks.Advance(first, June, Totals(("a", total))).Spent.Value, books.Spent.Value, 6);
        Assert.Equal(books.Spent, BudgetBooks.Advance(books, June, Totals(("a", total))).Spent);
    }

    private static EmitterTotal[] Totals(params (string Key, double Grams)[] totals) =>
        [.. totals.Select(total => new EmitterTotal(total.Key, new Grams(total.Grams)))];
}
