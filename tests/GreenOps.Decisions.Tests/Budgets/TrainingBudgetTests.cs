using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using GreenOps.Decisions.Budgets;
using GreenOps.Decisions.Training;
using Xunit;

namespace GreenOps.Decisions.Tests.Budgets;

public static class BudgetCases
{
    public static Arbitrary<(BudgetStanding Budget, BudgetedTraining Training)> Arbitrary() => (
        from limit in Gen.Choose(1, 100)
        from spent in Gen.Choose(0, 150)
        from throttles in Gen.Elements(true, true, false)
        from predicted in Gen.Elements<int?>(null, 0, 20, 90, 300)
        from work in Gen.Choose(0, 30)
        from deadline in Gen.Elements<int?>(null, 6, 20, 30, 60)
        from interruptible in Gen.Elements(true, false)
        from running in Gen.Elements(true, false)
        select (
            new BudgetStanding("team", new Grams(limit), new Grams(spent), BudgetWindow.Holding(Outlooks.Midnight, BudgetPeriod.Day), throttles),
            new BudgetedTraining(
                predicted is { } grams ? new Grams(grams) : null,
                TimeSpan.FromHours(work),
                deadline is { } hours ? Outlooks.Midnight.AddHours(hours) : null,
                interruptible,
                running))).ToArbitrary();
}

[Properties(Arbitrary = [typeof(BudgetCases)], MaxTest = 500)]
public sealed class TrainingBudgetTests
{
    private static readonly ShiftDecision Go = new(ShiftAction.Run, ShiftReason.CleanNow, "Runs.", null, 0);
    private static readonly BudgetWindow Today = BudgetWindow.Holding(Outlooks.Midnight, BudgetPeriod.Day);
    private static readonly BudgetedTraining Free = new(null, TimeSpan.FromHours(1), null, Interruptible: true, Running: false);

    [Fact]
    public void Training_waits_for_the_next_window_of_a_budget_that_is_used_up()
    {
        var decision = TrainingBudget.Apply(Go, [Budget(spent: 100)], Free);

        Assert.Equal((ShiftAction.Wait, ShiftReason.BudgetExhausted, Today.End), (decision.Action, decision.Reason, decision.NextChangeAt!.Value));
        Assert.Equal("Waits for the next window: CarbonBudget team of 100 g CO2e until 2026-06-02 00:00:00Z is used up.", decision.Message);
    }

    [Fact]
    public void Training_that_the_rest_has_no_room_for_waits() => Assert.Equal(
        ShiftReason.BudgetExhausted, TrainingBudget.Apply(Go, [Budget(spent: 60)], Free with { Predicted = new Grams(50) }).Reason);

    [Fact]
    public void Training_that_no_whole_budget_has_room_for_runs_while_something_is_left() => Assert.Equal(
        Go, TrainingBudget.Apply(Go, [Budget(spent: 60)], Free with { Predicted = new Grams(500) }));

    [Fact]
    public void Of_several_budgets_the_one_that_ends_last_counts()
    {
        var month = BudgetWindow.Holding(Outlooks.Midnight, BudgetPeriod.Month);

        var decision = TrainingBudget.Apply(Go, [Budget(spent: 100) with { Window = month }, Budget(spent: 100)], Free);

        Assert.Equal(month.End, decision.NextChangeAt);
    }

    [Property]
    public void A_deadline_that_can_be_held_is_held((BudgetStanding Budget, BudgetedTraining Training) given)
    {
        var decision = TrainingBudget.Apply(Go, [given.Budget], given.Training);
        if (decision.Action == ShiftAction.Wait && given.Training.Deadline is { } deadline)
        {
            Assert.True(decision.NextChangeAt + given.Training.RemainingWork <= deadline);
        }
    }

    [Property]
    public void A_budget_that_only_warns_holds_nothing_back((BudgetStanding Budget, BudgetedTraining Training) given) =>
        Assert.Equal(Go, TrainingBudget.Apply(Go, [given.Budget with { Throttles = false }], given.Training));

    [Property]
    public void What_cannot_be_interrupted_goes_on((BudgetStanding Budget, BudgetedTraining Training) given) =>
        Assert.Equal(Go, TrainingBudget.Apply(Go, [given.Budget], given.Training with { Running = true, Interruptible = false }));

    [Property]
    public void Nothing_starts_on_a_budget_that_is_used_up((BudgetStanding Budget, BudgetedTraining Training) given)
    {
        var budget = given.Budget with { Spent = given.Budget.Limit, Throttles = true };

        Assert.Equal(ShiftAction.Wait, TrainingBudget.Apply(Go, [budget], given.Training with { Deadline = null, Running = false }).Action);
    }

    [Property]
    public void More_room_never_makes_training_wait((BudgetStanding Budget, BudgetedTraining Training) given)
    {
        var more = given.Budget with { Spent = new Grams(given.Budget.Spent.Value / 2) };
        if (TrainingBudget.Apply(Go, [given.Budget], given.Training).Action == ShiftAction.Run)
        {
            Assert.Equal(ShiftAction.Run, TrainingBudget.Apply(Go, [more], given.Training).Action);
        }
    }

    [Property]
    public void The_schedule_is_never_hurried((BudgetStanding Budget, BudgetedTraining Training) given)
    {
        var wait = Go with { Action = ShiftAction.Wait, Reason = ShiftReason.CleanerLater };

        Assert.Equal(wait, TrainingBudget.Apply(wait, [given.Budget], given.Training));
    }

    private static BudgetStanding Budget(double spent) => new("team", new Grams(100), new Grams(spent), Today, Throttles: true);
}
