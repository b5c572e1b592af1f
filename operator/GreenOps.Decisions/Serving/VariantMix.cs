using static System.FormattableString;

namespace GreenOps.Decisions.Serving;

/// <summary>
/// Splits traffic between variants so that mean accuracy over a window holds a floor at least emissions: the accuracy
/// to spare is spent where carbon is highest, by mixing the two variants of the hull around the floor.
/// </summary>
public static class VariantMix
{
    /// <summary>Decides the mix by carbon.</summary>
    /// <param name="input">Variants, floor, outlook and progress of the window.</param>
    /// <returns>The decision; it depends on nothing but the input, and not on the order of the variants.</returns>
    /// <exception cref="ArgumentException">There is no variant, or two share a name.</exception>
    public static MixDecision Decide(MixInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        RequireDistinct(input.Variants);
        var hull = VariantHull.Of(input.Variants);
        if (hull[^1].Accuracy < input.AccuracyFloor)
        {
            return All(
                input.Variants,
                hull[^1],
                MixReason.FloorUnreachable,
                Invariant($"All traffic goes to {hull[^1].Name}: it is the most accurate variant at {hull[^1].Accuracy:0.####}, still below the floor of {input.AccuracyFloor:0.####}."));
        }

        if (input.Variants.Count == 1)
        {
            return All(input.Variants, hull[0], MixReason.OnlyVariant, $"All traffic goes to {hull[0].Name}, the only accepted variant.");
        }

        if (hull[0].Accuracy >= input.AccuracyFloor)
        {
            return All(
                input.Variants,
                hull[0],
                MixReason.CheapestHoldsFloor,
                $"All traffic goes to {hull[0].Name}: it uses least energy and holds the accuracy floor.");
        }

        return Mix(input, hull);
    }

    /// <summary>The mix that given weights ask for.</summary>
    /// <param name="variants">Accepted variants, at least one, with distinct names.</param>
    /// <param name="weights">Non-negative weight by variant name; names that are not accepted are left out.</param>
    /// <returns>The normalized weights, or all traffic to the most accurate variant when none of them is left.</returns>
    /// <exception cref="ArgumentException">There is no variant, two share a name, or a weight is negative or not finite.</exception>
    public static MixDecision Fixed(IReadOnlyList<MixVariant> variants, IReadOnlyDictionary<string, double> weights)
    {
        ArgumentNullException.ThrowIfNull(variants);
        ArgumentNullException.ThrowIfNull(weights);
        RequireDistinct(variants);
        foreach (var (name, weight) in weights)
        {
            if (!double.IsFinite(weight) || weight < 0)
            {
                throw new ArgumentException(Invariant($"The weight of variant {name} is {weight}; it must be a finite number of at least 0."), nameof(weights));
            }
        }

        if (!variants.Any(variant => weights.GetValueOrDefault(variant.Name) > 0))
        {
            var best = MostAccurate(variants);
            return All(
                variants,
                best,
                MixReason.FixedMixUnavailable,
                $"All traffic goes to {best.Name}: no variant of the fixed mix is accepted.");
        }

        var shares = MixShares.From(variants, variant => weights.GetValueOrDefault(variant.Name));
        return new MixDecision(shares, MixReason.FixedMix, "Traffic is split by the fixed mix.", MixShares.Accuracy(variants, shares));
    }

    /// <summary>All traffic to the most accurate variant; of equals, to the one of least energy, then by name.</summary>
    /// <param name="variants">Accepted variants, at least one, with distinct names.</param>
    /// <exception cref="ArgumentException">There is no variant, or two share a name.</exception>
    public static MixDecision Best(IReadOnlyList<MixVariant> variants)
    {
        ArgumentNullException.ThrowIfNull(variants);
        RequireDistinct(variants);
        var best = MostAccurate(variants);
        return All(variants, best, MixReason.MostAccurate, $"All traffic goes to {best.Name}, the most accurate variant.");
    }

    /// <summary>All traffic to the variant of least energy, because a carbon budget is used up; of equals, to the most accurate, then by name.</summary>
    /// <param name="variants">Accepted variants, at least one, with distinct names.</param>
    /// <param name="budget">The budget, in words.</param>
    /// <exception cref="ArgumentException">There is no variant, or two share a name.</exception>
    public static MixDecision Cheapest(IReadOnlyList<MixVariant> variants, string budget)
    {
        ArgumentNullException.ThrowIfNull(variants);
        RequireDistinct(variants);
        var cheapest = VariantHull.Of(variants)[0];
        return All(variants, cheapest, MixReason.BudgetExhausted, $"All traffic goes to {cheapest.Name}, the accepted variant of least energy: {budget} is used up.");
    }

    private static MixDecision Mix(MixInput input, IReadOnlyList<MixVariant> hull)
    {
        var above = hull.TakeWhile(variant => variant.Accuracy < input.AccuracyFloor).Count();
        var (low, high) = (hull[above - 1], hull[above]);
        var quota = (high.Accuracy - input.AccuracyFloor) / (high.Accuracy - low.Accuracy);
        var allowance = AccuracyBudget.Now(input, quota);
        if (input.Outlook.Stale)
        {
            allowance = allowance with { Wanted = LastLowShare(input, low, high) ?? quota };
        }

        var reason = ReasonOf(input, allowance);
        var shares = MixShares.Split(input.Variants, low, high, allowance.Share);
        return new MixDecision(
            shares, reason, Message(reason, low, high), MixShares.Accuracy(input.Variants, shares));
    }

    private static double? LastLowShare(MixInput input, MixVariant low, MixVariant high)
    {
        var lowShare = input.Current.Where(share => share.Variant == low.Name).Sum(share => share.Share);
        var highShare = input.Current.Where(share => share.Variant == high.Name).Sum(share => share.Share);
        return lowShare + highShare > 0 ? lowShare / (lowShare + highShare) : null;
    }

    private static MixReason ReasonOf(MixInput input, AccuracyBudget.Allowance allowance) => allowance switch
    {
        _ when input.Outlook.Stale => MixReason.CarbonDataStale,
        _ when input.RequestsPerSecond <= 0 => MixReason.NoTraffic,
        { Exhausted: true } => MixReason.FloorLimits,
        { Wanted: <= 0 } => MixReason.CarbonLow,
        _ when allowance.Cap < allowance.Wanted => MixReason.FloorLimits,
        { Wanted: >= 1 } => MixReason.CarbonHigh,
        _ => MixReason.Balanced,
    };

    private static string Message(MixReason reason, MixVariant low, MixVariant high) => reason switch
    {
        MixReason.CarbonDataStale =>
            $"The carbon data is stale: the last split between {low.Name} and {high.Name} stays as far as the accuracy floor allows.",
        MixReason.NoTraffic => $"There is no traffic to split; {high.Name} stands ready.",
        MixReason.CarbonLow => $"All traffic goes to {high.Name}: the grid is cleaner now than later, so accuracy is saved up.",
        MixReason.FloorLimits => $"As much traffic goes to {low.Name} as the accuracy floor allows, the rest to {high.Name}.",
        MixReason.CarbonHigh => $"All traffic goes to {low.Name}: the grid is dirtier now than later.",
        _ => $"Traffic is split between {low.Name} and {high.Name} so that mean accuracy holds the floor.",
    };

    private static MixDecision All(IReadOnlyList<MixVariant> variants, MixVariant chosen, MixReason reason, string message) =>
        new(MixShares.All(variants, chosen), reason, message, chosen.Accuracy);

    private static MixVariant MostAccurate(IReadOnlyList<MixVariant> variants) => variants
        .OrderByDescending(variant => variant.Accuracy)
        .ThenBy(variant => variant.JoulesPerRequest.Value)
        .ThenBy(variant => variant.Name, StringComparer.Ordinal)
        .First();

    private static void RequireDistinct(IReadOnlyList<MixVariant> variants)
    {
        if (variants.Count == 0)
        {
            throw new ArgumentException("A mix needs at least one accepted variant.", nameof(variants));
        }

        if (variants.GroupBy(variant => variant.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Variant {twice.Key} is given more than once; names must be distinct.", nameof(variants));
        }
    }
}
