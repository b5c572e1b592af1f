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
        var pair = VariantPair.Around(input.Variants, input.AccuracyFloor);
        var choice = MixChoice.Make(
            pair, input.Outlook, input.Now, input.Window, input.RequestsPerSecond, input.Load, LastLowShare(input.Current, pair));
        var shares = MixShares.Split(input.Variants, pair.Low, pair.High, choice.LowShare);
        return new MixDecision(
            shares, choice.Reason, MixMessages.Of(choice.Reason, pair, input.AccuracyFloor), MixShares.Accuracy(input.Variants, shares));
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
        VariantPair.RequireDistinct(variants);
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
        VariantPair.RequireDistinct(variants);
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
        VariantPair.RequireDistinct(variants);
        var cheapest = VariantHull.Of(variants)[0];
        return All(variants, cheapest, MixReason.BudgetExhausted, $"All traffic goes to {cheapest.Name}, the accepted variant of least energy: {budget} is used up.");
    }

    /// <summary>The share of the low variant among what the pair serves; null when it serves nothing.</summary>
    private static double? LastLowShare(IReadOnlyList<VariantShare> current, VariantPair pair)
    {
        var lowShare = current.Where(share => share.Variant == pair.Low.Name).Sum(share => share.Share);
        var highShare = current.Where(share => share.Variant == pair.High.Name).Sum(share => share.Share);
        return lowShare + highShare > 0 ? lowShare / (lowShare + highShare) : null;
    }

    private static MixDecision All(IReadOnlyList<MixVariant> variants, MixVariant chosen, MixReason reason, string message) =>
        new(MixShares.All(variants, chosen), reason, message, chosen.Accuracy);

    private static MixVariant MostAccurate(IReadOnlyList<MixVariant> variants) => variants
        .OrderByDescending(variant => variant.Accuracy)
        .ThenBy(variant => variant.JoulesPerRequest.Value)
        .ThenBy(variant => variant.Name, StringComparer.Ordinal)
        .First();
}
