using GreenOps.Api.Models;
using GreenOps.Decisions;
using GreenOps.Decisions.Budgets;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Serving;

namespace GreenOps.Operator.Planning;

/// <summary>Decides the mix of the variants that serve and the number of pods.</summary>
public static class ServingPlanner
{
    /// <summary>The decision.</summary>
    /// <param name="observation">What is observed.</param>
    /// <param name="set">The variants that serve.</param>
    /// <param name="outlook">The zone's outlook; null when there is none, which is as good as a stale one: the last mix stays.</param>
    /// <param name="window">The accuracy window, up to now.</param>
    public static ServingVerdict Plan(GreenModelObservation observation, ServedSet set, CarbonOutlook? outlook, AccuracyWindow window)
    {
        var policy = observation.Model.Spec.Serving.Variants;
        var variants = set.Variants.Select(variant => variant.ForMix).ToList();
        if (BudgetStanding.Binding(observation.Standings()) is { Exhausted: true, Throttles: true } budget)
        {
            return Constant(observation, VariantMix.Cheapest(variants, budget.InWords));
        }

        return policy.Policy switch
        {
            MixPolicy.Fixed => Constant(observation, VariantMix.Fixed(
                variants, (policy.Mix ?? []).ToDictionary(entry => entry.Variant, entry => (double)entry.Weight, StringComparer.Ordinal))),
            MixPolicy.CarbonAware => CarbonAware(observation, variants, outlook ?? Unknown(observation.Now), window),
            _ => Constant(observation, VariantMix.Best(variants)),
        };
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

    private static ServingVerdict Constant(GreenModelObservation observation, MixDecision mix) =>
        new(new MixPlan(WeightRounding.ToPercent(mix.Shares), mix.Reason.ToString(), mix.Message), ReplicaPlanner.Decide(observation));

    private static ServingVerdict CarbonAware(
        GreenModelObservation observation, List<MixVariant> variants, CarbonOutlook outlook, AccuracyWindow window)
    {
        var spec = observation.Model.Spec;
        var floor = Floor(spec, variants);
        var pair = VariantPair.Around(variants, floor);
        var isOurs = ReplicaOwner.Of(observation.Deployment) is null;
        var replicas = ReplicaPlanner.Input(observation);
        var decision = ServingPlan.Decide(new ServingInput(
            pair,
            outlook,
            observation.Now,
            Progress(observation, variants, floor, window),
            observation.Load.RequestsPerSecond,
            LoadAccounts.Profile(observation.Model.Status?.Serving?.Load),
            LowPercent(observation.Model, variants, pair),
            // Replicas that somebody else sets do not come because the mix awaits them.
            isOurs ? replicas : replicas with { Utilization = null }));
        return new ServingVerdict(
            new MixPlan(Weights(variants, pair, decision.LowPercent), decision.Reason.ToString(), MixMessages.Of(decision.Reason, pair, floor)),
            isOurs ? ReplicaPolicy.Tell(replicas, decision.Replicas) : ReplicaPlanner.Decide(observation));
    }

    private static MixWindow Progress(GreenModelObservation observation, List<MixVariant> variants, double floor, AccuracyWindow window)
    {
        var below = variants.Where(variant => variant.Accuracy < floor).Select(variant => variant.Name).ToHashSet(StringComparer.Ordinal);
        return new MixWindow(
            TimeSpan.FromSeconds(observation.Model.Spec.Serving.Variants.WindowSeconds),
            observation.Now - window.StartedAt,
            window.Requests.Sum(entry => entry.Count),
            window.Requests.Where(entry => below.Contains(entry.Variant)).Sum(entry => entry.Count));
    }

    /// <summary>The cheaper variant's part of the traffic, where the pair has it all; null elsewhere.</summary>
    private static int? LowPercent(GreenModel model, List<MixVariant> variants, VariantPair pair)
    {
        var mix = model.Status?.Serving?.Mix ?? [];
        var isOfThese = mix.Count == variants.Count && mix.All(entry => variants.Exists(variant => variant.Name == entry.Variant));
        var (low, high) = (Weight(pair.Low), Weight(pair.High));
        return isOfThese && pair.Settled is null && low + high == 100 ? low : null;

        int Weight(MixVariant variant) => mix.FirstOrDefault(entry => entry.Variant == variant.Name)?.Weight ?? 0;
    }

    private static IReadOnlyList<VariantWeight> Weights(List<MixVariant> variants, VariantPair pair, int lowPercent) =>
    [
        .. variants
            .Select(variant => variant.Name)
            .Order(StringComparer.Ordinal)
            .Select(name => new VariantWeight(name, name == pair.Low.Name ? lowPercent : name == pair.High.Name ? 100 - lowPercent : 0)),
    ];

    /// <summary>An outlook that knows nothing.</summary>
    private static CarbonOutlook Unknown(DateTimeOffset now) =>
        new(SignalKind.Average, now, new GramsPerKilowattHour(0), Stale: true, TimeSpan.FromHours(1), [], "");
}
