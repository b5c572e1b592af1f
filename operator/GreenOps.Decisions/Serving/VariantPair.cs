namespace GreenOps.Decisions.Serving;

/// <summary>
/// The two variants of the hull around an accuracy floor, between which a mix moves. It changes with the variants and the
/// floor only, so that a decision need not look for it.
/// </summary>
/// <param name="Low">The cheaper one, below the floor.</param>
/// <param name="High">The more accurate one, at or above the floor.</param>
/// <param name="Quota">Part of a window's requests that may go to <paramref name="Low"/> while the mean holds the floor.</param>
/// <param name="Settled">Why all traffic goes to one variant, which is both; null where there is something to decide.</param>
public sealed record VariantPair(MixVariant Low, MixVariant High, double Quota, MixReason? Settled)
{
    /// <summary>The pair around a floor.</summary>
    /// <param name="variants">Accepted variants, at least one, with distinct names, in any order.</param>
    /// <param name="accuracyFloor">Least mean accuracy over the window.</param>
    /// <exception cref="ArgumentException">There is no variant, or two share a name.</exception>
    public static VariantPair Around(IReadOnlyList<MixVariant> variants, double accuracyFloor)
    {
        ArgumentNullException.ThrowIfNull(variants);
        RequireDistinct(variants);
        var hull = VariantHull.Of(variants);
        if (hull[^1].Accuracy < accuracyFloor)
        {
            return All(hull[^1], MixReason.FloorUnreachable);
        }

        if (variants.Count == 1)
        {
            return All(hull[0], MixReason.OnlyVariant);
        }

        if (hull[0].Accuracy >= accuracyFloor)
        {
            return All(hull[0], MixReason.CheapestHoldsFloor);
        }

        var above = hull.TakeWhile(variant => variant.Accuracy < accuracyFloor).Count();
        var (low, high) = (hull[above - 1], hull[above]);
        return new VariantPair(low, high, (high.Accuracy - accuracyFloor) / (high.Accuracy - low.Accuracy), null);
    }

    /// <summary>Energy per request at a share of the low variant.</summary>
    internal double JoulesAt(double lowShare) =>
        (Low.JoulesPerRequest.Value * lowShare) + (High.JoulesPerRequest.Value * (1 - lowShare));

    /// <summary>Refuses variants that cannot be told apart.</summary>
    /// <exception cref="ArgumentException">There is no variant, or two share a name.</exception>
    internal static void RequireDistinct(IReadOnlyList<MixVariant> variants)
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

    private static VariantPair All(MixVariant variant, MixReason reason) => new(variant, variant, 1, reason);
}
