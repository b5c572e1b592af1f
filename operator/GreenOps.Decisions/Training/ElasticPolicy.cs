using GreenOps.Decisions.Carbon;
using static System.FormattableString;

namespace GreenOps.Decisions.Training;

/// <summary>
/// Gives training more workers while power is clean and fewer or none while it is not. Decided anew in every slot with the
/// progress that was measured, so that a wrong forecast or a wrong curve costs savings and not the deadline.
/// </summary>
public static class ElasticPolicy
{
    /// <summary>Decides how many workers run now.</summary>
    /// <param name="input">Outlook, deadline, work left and scaling curve.</param>
    /// <returns>
    /// The decision. The same input gives the same decision. A deadline that the fastest level meets even when it does only
    /// 1 - <see cref="ElasticInput.Reserve"/> of what the curve promises is met whatever is forecast.
    /// </returns>
    public static ElasticDecision Decide(ElasticInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var fastest = input.Curve.Fastest;
        if (input.Deadline is not { } deadline)
        {
            return Steady(fastest, ShiftReason.NoSlack, $"Runs {Workers(fastest)}: there is no deadline, so there is no slack to wait in.");
        }

        if (input.RemainingWork <= TimeSpan.Zero)
        {
            return Steady(fastest, ShiftReason.EstimateUsedUp, $"Runs {Workers(fastest)}: the work has taken longer than estimated and is not done.");
        }

        var left = (deadline - input.Now).TotalHours;
        if (WorkHours(input) > fastest.Throughput * left)
        {
            return Steady(
                fastest,
                ShiftReason.DeadlineUnreachable,
                $"Runs {Workers(fastest)}, all there are, but is expected to end after its deadline {Quantity.ToClock(deadline)}.");
        }

        if (input.Outlook.Stale)
        {
            var level = SteadyLevel(input, left);
            return Steady(level, ShiftReason.CarbonDataStale, $"Runs {Workers(level)}: the carbon data is too old to plan by.");
        }

        return ShiftWindow.Between(input.Now, deadline, input.Outlook) is { } window
            ? DecideIn(window, input, left)
            : Steady(SteadyLevel(input, left), ShiftReason.CarbonDataStale, $"Runs {Workers(SteadyLevel(input, left))}: the carbon forecast ends before now.");
    }

    private static ElasticDecision DecideIn(ShiftWindow window, ElasticInput input, double left)
    {
        var plan = ElasticPlan.Cheapest(window.Slots, 0, input.Curve.Hull, WorkHours(input));
        var steady = SteadyLevel(input, left);
        var saving = SavingPercent(input, window, plan, steady);
        if (!input.Following && input.MinimumSavingPercent > 0
            && (saving < input.MinimumSavingPercent || window.SpreadPercent() < ShiftPolicy.FlatSpreadPercent))
        {
            return Steady(steady, ShiftReason.NoPotential, Invariant($"Runs {Workers(steady)}: following carbon would save less than the minimum of {input.MinimumSavingPercent:0.##} %; no potential."));
        }

        var planned = input.Curve.Hull[plan.CornerAt(0)];
        var safe = SlowestSafe(planned, input, window.First.End);
        if (safe != planned)
        {
            return new ElasticDecision(
                safe.Workers,
                ShiftReason.DeadlineNear,
                $"Runs {Workers(safe)}: fewer could miss the deadline {Quantity.ToClock(input.Deadline!.Value)}.",
                window.First.End,
                saving,
                Following: true);
        }

        return planned.Workers != input.Workers && !IsWorthChanging(input, window, plan, planned)
            ? new ElasticDecision(input.Workers, ShiftReason.RestartCost, $"Keeps {Workers(input.Curve.At(input.Workers))}: changing to {planned.Workers} would cost more than it saves.", window.First.End, saving, Following: true)
            : Planned(planned, plan, window, input.Curve.Hull, saving);
    }

    /// <summary>What is left, in hours of one worker that does what the curve promises.</summary>
    private static double WorkHours(ElasticInput input) => input.RemainingWork.TotalHours / input.MeasuredRatio;

    /// <summary>Work done at a level in some hours even if the curve promises too much.</summary>
    private static double Assured(ScalingLevel level, double hours, ElasticInput input) =>
        level.Throughput * Math.Min(1, input.MeasuredRatio) * (1 - input.Reserve) * hours;

    /// <summary>The level with the least energy that meets the deadline without a change.</summary>
    private static ScalingLevel SteadyLevel(ElasticInput input, double left)
    {
        for (var corner = 1; corner < input.Curve.Hull.Count; corner++)
        {
            if (Assured(input.Curve.Hull[corner], left, input) >= input.RemainingWork.TotalHours)
            {
                return input.Curve.Hull[corner];
            }
        }

        return input.Curve.Fastest;
    }

    /// <summary>The planned level, or the slowest faster one after which the fastest is sure to meet the deadline.</summary>
    private static ScalingLevel SlowestSafe(ScalingLevel planned, ElasticInput input, DateTimeOffset slotEnd)
    {
        var hours = (slotEnd - input.Now).TotalHours;
        var after = Assured(input.Curve.Fastest, (input.Deadline!.Value - slotEnd).TotalHours, input);
        foreach (var level in input.Curve.Hull)
        {
            if (level.Throughput >= planned.Throughput && input.RemainingWork.TotalHours - Assured(level, hours, input) <= after)
            {
                return level;
            }
        }

        return input.Curve.Fastest;
    }

    private static bool IsWorthChanging(ElasticInput input, ShiftWindow window, ElasticPlan plan, ScalingLevel planned)
    {
        if (input.RestartCost <= TimeSpan.Zero)
        {
            return true;
        }

        var kept = input.Curve.At(input.Workers);
        if (SlowestSafe(kept, input, window.First.End) != kept)
        {
            return true;
        }

        var first = window.First;
        var hours = first.Length.TotalHours;
        var rest = ElasticPlan.Cheapest(window.Slots, 1, input.Curve.Hull, WorkHours(input) - (kept.Throughput * hours));
        var gain = (first.Intensity * kept.Power * hours) + rest.Cost - plan.Cost;
        return gain > first.Intensity * Math.Max(planned.Power, kept.Power) * input.RestartCost.TotalHours;
    }

    private static double SavingPercent(ElasticInput input, ShiftWindow window, ElasticPlan plan, ScalingLevel steady)
    {
        var run = TimeSpan.FromHours(WorkHours(input) / steady.Throughput);
        var atOnce = steady.Power * window.CostOfRunFrom(input.Now, run);
        return atOnce > 0 ? Math.Max(0, 100 * (1 - (plan.Cost / atOnce))) : 0;
    }

    private static ElasticDecision Planned(ScalingLevel level, ElasticPlan plan, ShiftWindow window, IReadOnlyList<ScalingLevel> hull, double saving)
    {
        var next = 1;
        while (next < window.Slots.Count && plan.CornerAt(next) == plan.CornerAt(0))
        {
            next++;
        }

        var change = next < window.Slots.Count ? window.Slots[next] : (CarbonSlot?)null;
        if (level.Workers == 0 && change is { } start)
        {
            return new ElasticDecision(
                0,
                ShiftReason.CleanerLater,
                Invariant($"Waits until {Quantity.ToClock(start.Start)}: {start.Intensity:0} g/kWh then against {window.First.Intensity:0} now, saving about {saving:0} %."),
                start.Start,
                saving,
                Following: true);
        }

        return new ElasticDecision(
            level.Workers,
            ShiftReason.CleanNow,
            change is { } slot
                ? Invariant($"Runs {Workers(level)} until {Quantity.ToClock(slot.Start)}, then {hull[plan.CornerAt(next)].Workers}: {window.First.Intensity:0} g/kWh now, {slot.Intensity:0} then.")
                : $"Runs {Workers(level)} to the end.",
            change?.Start,
            saving,
            Following: true);
    }

    private static ElasticDecision Steady(ScalingLevel level, ShiftReason reason, string message) =>
        new(level.Workers, reason, message, null, 0, Following: false);

    private static string Workers(ScalingLevel level) => level.Workers == 1 ? "1 worker" : Invariant($"{level.Workers} workers");
}
