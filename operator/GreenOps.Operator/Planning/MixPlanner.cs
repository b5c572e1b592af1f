using GreenOps.Api.Models;
using GreenOps.Decisions;
using GreenOps.Decisions.Budgets;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Serving;

namespace GreenOps.Operator.Planning;

/// <summary>How traffic is divided, and the accuracy window behind it.</summary>
/// <param name="Weights">Whole percent per served variant, sorted by name.</param>
/// <param name="Reason">Why, for machines.</param>
/// <param name="Message">Why, for people.</param>
public sealed record MixPlan(IReadOnlyList<VariantWeight> Weights, string Reason, string Message);

/// <summary>Decides the mix of the variants that serve.</summary>
public static class MixPlanner
{
    // A change of the mix costs a reload in every pod; fewer points than these are not worth one.
    private const int SmallestChange = 10;

    private const double Rounding = 1e-9;

    /// <summary>The mix.</summary>
    /// <param name="observation">What is observed.</param>
    /// <param name="set">The variants that serve.</param>
    /// <param name="outlook">The zone's outlook; null when there is none, which is as good as a stale one: the last mix stays.</param>
    /// <param name="window">The accuracy window, up to now.</param>
    public static MixPlan Plan(GreenModelObservation observation, ServedSet set, CarbonOutlook? outlook, AccuracyWindow window)
    {
        var policy = observation.Model.Spec.Serving.Variants;
        var variants = set.Variants.Select(variant => variant.ForMix).ToList();
        if (BudgetStanding.Binding(observation.Standings()) is { Exhausted: true, Throttles: true } budget)
        {
            return Throttled(variants, budget);
        }

        var current = Current(observation.Model, set);
        var decision = policy.Policy switch
        {
            MixPolicy.Fixed => VariantMix.Fixed(variants, (policy.Mix ?? []).ToDictionary(entry => entry.Variant, entry => (double)entry.Weight, StringComparer.Ordinal)),
            MixPolicy.CarbonAware => CarbonAware(observation, variants, outlook ?? Unknown(observation.Now), window, current),
            _ => VariantMix.Best(variants),
        };
        var weights = policy.Policy == MixPolicy.CarbonAware && current.Count > 0
            ? Settle(observation, variants, decision, current)
            : WeightRounding.ToPercent(decision.Shares);
        return new MixPlan(weights, decision.Reason.ToString(), decision.Message);
    }

    private static MixPlan Throttled(List<MixVariant> variants, BudgetStanding budget)
    {
        var decision = VariantMix.Cheapest(variants, budget.InWords);
        return new MixPlan(WeightRounding.ToPercent(decision.Shares), decision.Reason.ToString(), decision.Message);
    }

    /// <summary>The mean accuracy that the mix must hold over the window.</summary>
    public static double Floor(GreenModelSpec spec, IReadOnlyList<MixVariant> variants)
    {
        var best = variants.Max(variant => variant.Accuracy);
        return spec.Serving.Variants switch
        {
            { AccuracyFloor: { } floor } => VariantJudge.Number(floor)!.Value,
            { MaxAccuracyLoss: { } loss } => best - VariantJudge.Number(loss)!.Value,
            _ when spec.Compression?.AccuracyFloor is { } floor => VariantJudge.Number(floor)!.Value,
            _ => 0,
        };
    }

    private static MixDecision CarbonAware(
        GreenModelObservation observation,
        List<MixVariant> variants,
        CarbonOutlook outlook,
        AccuracyWindow window,
        IReadOnlyList<VariantShare> current)
    {
        var spec = observation.Model.Spec;
        var floor = Floor(spec, variants);
        var below = variants.Where(variant => variant.Accuracy < floor).Select(variant => variant.Name).ToHashSet(StringComparer.Ordinal);
        return VariantMix.Decide(new MixInput(
            variants,
            floor,
            outlook,
            observation.Now,
            new MixWindow(
                TimeSpan.FromSeconds(spec.Serving.Variants.WindowSeconds),
                observation.Now - window.StartedAt,
                window.Requests.Sum(entry => entry.Count),
                window.Requests.Where(entry => below.Contains(entry.Variant)).Sum(entry => entry.Count)),
            observation.Load.RequestsPerSecond)
        {
            Current = current,
        });
    }

    /// <summary>An outlook that knows nothing.</summary>
    private static CarbonOutlook Unknown(DateTimeOffset now) =>
        new(SignalKind.Average, now, new GramsPerKilowattHour(0), Stale: true, TimeSpan.FromHours(1), [], "");

    /// <summary>Keeps the mix that is in force when the new one differs little, or only because traffic paused.</summary>
    private static IReadOnlyList<VariantWeight> Settle(
        GreenModelObservation observation, List<MixVariant> variants, MixDecision decision, IReadOnlyList<VariantShare> current)
    {
        var (weights, inForce) = (WeightRounding.ToPercent(decision.Shares), WeightRounding.ToPercent(current));
        var largest = weights
            .Select(weight => Math.Abs(weight.Percent - inForce.FirstOrDefault(entry => entry.Variant == weight.Variant).Percent))
            .Max();
        return decision.Reason switch
        {
            MixReason.FloorLimits or MixReason.FloorUnreachable => weights,
            MixReason.NoTraffic or MixReason.CarbonDataStale when observation.Load.RequestsPerSecond <= 0 && HoldsFloor(observation, variants, inForce) => inForce,
            _ => largest < SmallestChange ? inForce : weights,
        };
    }

    /// <summary>
    /// Whether a mix holds the floor by itself. One that counts on better answers later must not await traffic: the
    /// next burst might be all that its window sees.
    /// </summary>
    private static bool HoldsFloor(GreenModelObservation observation, List<MixVariant> variants, IReadOnlyList<VariantWeight> weights)
    {
        var accuracy = weights.Sum(weight => weight.Percent / 100.0 * variants.First(variant => variant.Name == weight.Variant).Accuracy);
        return accuracy >= Floor(observation.Model.Spec, variants) - Rounding;
    }

    private static IReadOnlyList<VariantShare> Current(GreenModel model, ServedSet set)
    {
        var mix = model.Status?.Serving?.Mix ?? [];
        var names = set.Variants.Select(variant => variant.Name).ToHashSet(StringComparer.Ordinal);
        var known = mix.Where(entry => names.Contains(entry.Variant)).ToList();
        var sum = known.Sum(entry => entry.Weight);
        return known.Count == names.Count && sum > 0
            ? [.. known.OrderBy(entry => entry.Variant, StringComparer.Ordinal).Select(entry => new VariantShare(entry.Variant, (double)entry.Weight / sum))]
            : [];
    }
}
