using GreenOps.Api;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>What a budget counts, and what happens to the models of its namespace when it is used up.</summary>
public sealed class BudgetTests
{
    [Fact]
    public void A_budget_counts_what_the_models_of_its_namespace_emit_from_its_creation_on()
    {
        var budget = Count(Budget(), Samples.Noon, Model("a", 500));
        budget = Count(budget, Samples.Noon.AddMinutes(1), Model("a", 530), Model("b", 20));

        Assert.Equal((50, 50), (budget.Status!.SpentGrams!.Value, budget.Status.SpentPercent!.Value));
        Assert.Equal((Samples.Noon.Date, Samples.Noon.Date.AddDays(1)), (budget.Status.WindowStartsAt!.Value.UtcDateTime, budget.Status.WindowEndsAt!.Value.UtcDateTime));
        Assert.Equal(ConditionStatus.True, Condition(budget, ConditionTypes.WithinBudget).Status);
        Assert.Equal(ConditionStatus.True, Condition(budget, ConditionTypes.Ready).Status);
    }

    [Fact]
    public void A_budget_begins_anew_with_its_period()
    {
        var budget = Count(Budget(), Samples.Noon, Model("a", 0));
        budget = Count(budget, Samples.Noon.AddHours(1), Model("a", 150));
        budget = Count(budget, Samples.Noon.AddDays(1), Model("a", 155));

        Assert.Equal(5, budget.Status!.SpentGrams);
        Assert.Equal(ConditionStatus.True, Condition(budget, ConditionTypes.WithinBudget).Status);
    }

    [Fact]
    public void A_used_up_budget_is_told_once_and_so_is_its_end()
    {
        var budget = Count(Budget(), Samples.Noon, Model("a", 0));
        var plan = CarbonBudgetPlanner.Plan(budget, [Model("a", 100)], Samples.Noon.AddMinutes(1));
        var told = Assert.Single(plan.Events);
        Assert.Equal((PlannedEvent.Warning, CarbonBudgetPlanner.Exhausted), (told.Type, told.Reason));
        Assert.Contains("CarbonBudget team of 100 g CO2e until 2026-06-02 00:00:00Z is used up", told.Message, StringComparison.Ordinal);

        budget = budget with { Status = plan.Status };
        plan = CarbonBudgetPlanner.Plan(budget, [Model("a", 140)], Samples.Noon.AddMinutes(2));
        Assert.Empty(plan.Events);

        budget = budget with { Status = plan.Status };
        Assert.Equal([PlannedEvent.Normal], CarbonBudgetPlanner.Plan(budget, [Model("a", 141)], Samples.Noon.AddDays(1)).Events.Select(entry => entry.Type));
    }

    [Fact]
    public void Small_sums_are_entered_together_and_nothing_is_written_at_rest()
    {
        var budget = Count(Budget(), Samples.Noon, Model("a", 1));
        var soon = CarbonBudgetPlanner.Plan(budget, [Model("a", 2)], Samples.Noon.AddSeconds(10));
        Assert.Same(budget.Status, soon.Status);
        Assert.Equal(TimeSpan.FromSeconds(20), soon.RequeueAfter);

        var later = CarbonBudgetPlanner.Plan(budget, [Model("a", 2)], Samples.Noon.AddSeconds(30));
        Assert.Equal(1, later.Status.SpentGrams);
        var rest = CarbonBudgetPlanner.Plan(budget with { Status = later.Status }, [Model("a", 2)], Samples.Noon.AddHours(1));
        Assert.Same(later.Status, rest.Status);
        Assert.Equal(TimeSpan.FromHours(11), rest.RequeueAfter);
    }

    [Fact]
    public void The_entry_that_uses_a_budget_up_does_not_wait()
    {
        var budget = Count(Budget(), Samples.Noon, Model("a", 0));

        Assert.Equal(100, CarbonBudgetPlanner.Plan(budget, [Model("a", 100)], Samples.Noon.AddSeconds(1)).Status.SpentGrams);
    }

    [Fact]
    public void Training_waits_for_the_next_period_and_then_runs()
    {
        World world = new() { Budgets = [Spent(100)] };
        world.Reconcile();

        Assert.True(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Equal(ModelPhase.Deferred, world.Status.Phase);
        Assert.Equal("BudgetExhausted", world.Condition(ConditionTypes.Trained).Reason);
        Assert.Equal(ConditionStatus.False, world.Condition(ConditionTypes.WithinBudget).Status);
        Assert.Equal(["BudgetExhausted", "TrainingDeferred"], world.Events.Select(told => told.Reason).Order());

        world.Pass(TimeSpan.FromHours(12));
        world.Reconcile();
        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.WithinBudget).Status);
    }

    [Fact]
    public void Training_whose_deadline_forbids_waiting_runs_and_says_why()
    {
        var schedule = new TrainingSchedule { DeadlineSeconds = 8 * 3600, ExpectedDurationSeconds = 3600, Interruptible = true };
        World world = new(Samples.Spec with { Training = Samples.Training with { Schedule = schedule } }) { Budgets = [Spent(100)] };
        world.Reconcile();

        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Contains("the next begins too late for the deadline", world.Condition(ConditionTypes.Trained).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Traffic_goes_to_the_accepted_variant_of_least_energy_until_the_next_period()
    {
        World world = new(Samples.Spec with { Serving = new ServingSpec { Variants = new VariantPolicy { Policy = MixPolicy.Best } } });
        world.Serving(stage => stage == "slim" ? Reports.Success(world, stage, accuracy: 0.8, millijoules: 1) : Reports.Success(world, stage));
        Assert.Equal("full 100%", world.Status.Serving!.MixSummary);

        world.Budgets = [Spent(100)];
        world.Reconcile();
        Assert.Equal("slim 100%", world.Status.Serving!.MixSummary);
        Assert.Equal("BudgetExhausted", world.Status.Serving.MixReason);

        world.Pass(TimeSpan.FromHours(12));
        world.Reconcile();
        Assert.Equal("full 100%", world.Status.Serving!.MixSummary);
    }

    [Fact]
    public void A_budget_that_only_warns_holds_nothing_back()
    {
        var budget = Spent(100);
        World world = new() { Budgets = [budget with { Spec = budget.Spec with { Action = BudgetAction.Warn } }] };
        world.Reconcile();

        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Equal(ConditionStatus.False, world.Condition(ConditionTypes.WithinBudget).Status);
        Assert.Contains("nothing is held back", world.Condition(ConditionTypes.WithinBudget).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_budget_has_no_such_condition()
    {
        World world = new();
        world.Reconcile();

        Assert.Null(world.ConditionOrNone(ConditionTypes.WithinBudget));
    }

    private static CarbonBudget Budget() => new()
    {
        Metadata = new V1ObjectMeta { Name = "team", NamespaceProperty = "shop", Generation = 1 },
        Spec = new CarbonBudgetSpec { Grams = "100", Period = BudgetLength.Day, Action = BudgetAction.Throttle },
    };

    private static CarbonBudget Spent(double grams) =>
        Count(Count(Budget(), Samples.Noon.AddHours(-1), Model("other", 0)), Samples.Noon.AddMinutes(-1), Model("other", grams));

    private static CarbonBudget Count(CarbonBudget budget, DateTimeOffset now, params GreenModel[] models) =>
        budget with { Status = CarbonBudgetPlanner.Plan(budget, models, now).Status };

    private static GreenModel Model(string name, double grams) => Samples.Model(name: name) with
    {
        Status = new GreenModelStatus
        {
            Emissions = new EmissionsStatus
            {
                GramsCO2e = grams,
                AvoidedGramsCO2e = 0,
                Baseline = "",
                StageJoules = 0,
                StageGramsCO2e = 0,
                ServingJoules = 0,
                ServingGramsCO2e = 0,
            },
        },
    };

    private static V1Condition Condition(CarbonBudget budget, string type) => budget.Status!.Conditions!.Single(condition => condition.Type == type);
}
