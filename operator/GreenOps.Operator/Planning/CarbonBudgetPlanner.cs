using GreenOps.Api;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Decisions;
using GreenOps.Decisions.Budgets;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>What a budget's status should say.</summary>
/// <param name="Status">The status.</param>
/// <param name="Events">What to tell the people who watch.</param>
/// <param name="RequeueAfter">When to count again.</param>
public sealed record CarbonBudgetPlan(CarbonBudgetStatus Status, IReadOnlyList<PlannedEvent> Events, TimeSpan RequeueAfter);

/// <summary>Counts what the models of a namespace have emitted of their budget.</summary>
public static class CarbonBudgetPlanner
{
    /// <summary>Reason while something is left.</summary>
    public const string WithinBudget = "WithinBudget";

    /// <summary>Reason when nothing is left.</summary>
    public const string Exhausted = "BudgetExhausted";

    private const string Counted = "Counted";

    // Thousands of models book at their own times; each entry of the budget is a write, which all of them hear of.
    private static readonly TimeSpan BetweenEntries = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(1);

    /// <summary>The plan.</summary>
    /// <param name="budget">The budget, status included.</param>
    /// <param name="models">Every model of its namespace.</param>
    /// <param name="now">The moment.</param>
    public static CarbonBudgetPlan Plan(CarbonBudget budget, IReadOnlyList<GreenModel> models, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var before = Books(budget);
        var window = BudgetWindow.Holding(now, Period(budget));
        var after = BudgetBooks.Advance(before, window, Totals(models));
        var standing = Standing(budget, after.Window, after.Spent);
        var status = Status(budget, after, standing, now);
        var wait = window.End - now;
        if (before is not null && !IsDue(budget, before, after, standing, now))
        {
            var next = budget.Status!.AccountedAt!.Value + BetweenEntries - now;
            return new CarbonBudgetPlan(budget.Status, [], Later(before.Spent == after.Spent || next > wait ? wait : next));
        }

        return new CarbonBudgetPlan(status, Events(budget, status), Later(wait));
    }

    /// <summary>How a budget stands; one whose window has passed has all of its next one left.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="now">The moment.</param>
    public static BudgetStanding Standing(CarbonBudget budget, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var window = BudgetWindow.Holding(now, Period(budget));
        var spent = budget.Status is { SpentGrams: { } grams } status && status.WindowStartsAt == window.Start ? grams : 0;
        return Standing(budget, window, new Grams(spent));
    }

    private static BudgetStanding Standing(CarbonBudget budget, BudgetWindow window, Grams spent) => new(
        budget.Name(),
        new Grams(VariantJudge.Number(budget.Spec.Grams)!.Value),
        spent,
        window,
        budget.Spec.Action == BudgetAction.Throttle);

    private static BudgetPeriod Period(CarbonBudget budget) => budget.Spec.Period switch
    {
        BudgetLength.Day => BudgetPeriod.Day,
        BudgetLength.Week => BudgetPeriod.Week,
        _ => BudgetPeriod.Month,
    };

    private static BudgetBooks? Books(CarbonBudget budget) =>
        budget.Status is { WindowStartsAt: { } start, WindowEndsAt: { } end, SpentGrams: { } spent, AccountedAt: not null } status
            ? new BudgetBooks(
                new BudgetWindow(start, end),
                new Grams(spent),
                [.. (status.Models ?? []).Select(model => new EmitterTotal(model.Uid, new Grams(model.GramsCO2e)))])
            : null;

    /// <summary>What every model has emitted so far; one that has emitted nothing is as good as none.</summary>
    private static List<EmitterTotal> Totals(IReadOnlyList<GreenModel> models) =>
        [.. models
            .Where(model => model.Status?.Emissions is { GramsCO2e: > 0 })
            .Select(model => new EmitterTotal(model.Uid(), new Grams(model.Status!.Emissions!.GramsCO2e)))
            .OrderBy(total => total.Key, StringComparer.Ordinal)];

    private static bool IsDue(CarbonBudget budget, BudgetBooks before, BudgetBooks after, BudgetStanding standing, DateTimeOffset now) =>
        before.Window != after.Window
        || budget.Status!.ObservedGeneration != budget.Metadata.Generation
        || (before.Spent != after.Spent
            && (now - budget.Status.AccountedAt >= BetweenEntries || standing.Exhausted != Standing(budget, now).Exhausted));

    private static CarbonBudgetStatus Status(CarbonBudget budget, BudgetBooks books, BudgetStanding standing, DateTimeOffset now)
    {
        var generation = budget.Metadata.Generation;
        var previous = budget.Status?.Conditions;
        return new CarbonBudgetStatus
        {
            ObservedGeneration = generation,
            WindowStartsAt = books.Window.Start,
            WindowEndsAt = books.Window.End,
            SpentGrams = Math.Round(books.Spent.Value, 6),
            SpentPercent = Percent(standing),
            AccountedAt = now,
            Models = [.. books.Seen.Select(emitter => new BudgetedModel { Uid = emitter.Key, GramsCO2e = emitter.Total.Value })],
            Conditions =
            [
                ConditionSet.Make(previous, ConditionTypes.Ready, true, Counted, "The emissions of the namespace are counted.", generation, now),
                ConditionSet.Make(
                    previous,
                    ConditionTypes.WithinBudget,
                    !standing.Exhausted,
                    standing.Exhausted ? Exhausted : WithinBudget,
                    standing.Exhausted ? ExhaustedMessage(standing) : "Something is left.",
                    generation,
                    now),
            ],
        };
    }

    /// <summary>What a used-up budget means, in a sentence.</summary>
    /// <param name="standing">The budget.</param>
    public static string ExhaustedMessage(BudgetStanding standing)
    {
        ArgumentNullException.ThrowIfNull(standing);
        var consequence = standing.Throttles
            ? "Training waits for the next period unless its deadline forbids, and all traffic goes to the accepted variant of least energy."
            : "Its action is Warn, so nothing is held back.";
        return $"{standing.InWords} is used up. {consequence}";
    }

    private static int Percent(BudgetStanding standing) => standing.Exhausted
        ? (int)Math.Min(int.MaxValue, Math.Floor(100 * standing.Spent.Value / standing.Limit.Value))
        : Math.Min(99, (int)(100 * standing.Spent.Value / standing.Limit.Value));

    private static IReadOnlyList<PlannedEvent> Events(CarbonBudget budget, CarbonBudgetStatus status)
    {
        var before = Within(budget.Status);
        var after = Within(status)!;
        return (before?.Status, after.Status) switch
        {
            (not ConditionStatus.False, ConditionStatus.False) => [new PlannedEvent(PlannedEvent.Warning, after.Reason, after.Message)],
            (ConditionStatus.False, ConditionStatus.True) => [new PlannedEvent(PlannedEvent.Normal, after.Reason, "The budget has room again.")],
            _ => [],
        };
    }

    private static V1Condition? Within(CarbonBudgetStatus? status) =>
        status?.Conditions?.FirstOrDefault(condition => condition.Type == ConditionTypes.WithinBudget);

    private static TimeSpan Later(TimeSpan wait) => wait < Soonest ? Soonest : wait;
}
