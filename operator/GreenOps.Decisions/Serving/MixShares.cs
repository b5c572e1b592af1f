namespace GreenOps.Decisions.Serving;

/// <summary>Builds the shares of a mix so that they sum to exactly 1 in any order of addition.</summary>
internal static class MixShares
{
    private const long Units = 1L << 30;

    /// <summary>The unit nearest to a share, from 0 to 1, so that the rounding of sums turns no none into some.</summary>
    public static double Snap(double share) => Math.Round(Math.Clamp(share, 0, 1) * Units) / Units;

    /// <summary>Shares in proportion to weights, one per variant by name.</summary>
    public static IReadOnlyList<VariantShare> From(IReadOnlyList<MixVariant> variants, Func<MixVariant, double> weight)
    {
        var ordered = variants.OrderBy(variant => variant.Name, StringComparer.Ordinal).ToArray();
        var parts = LargestRemainder.Apportion([.. ordered.Select(weight)], Units);
        return [.. ordered.Select((variant, i) => new VariantShare(variant.Name, parts[i] / (double)Units))];
    }

    /// <summary>All traffic to one variant.</summary>
    public static IReadOnlyList<VariantShare> All(IReadOnlyList<MixVariant> variants, MixVariant chosen) =>
        From(variants, variant => variant == chosen ? 1 : 0);

    /// <summary>A share to one variant and the rest to another.</summary>
    public static IReadOnlyList<VariantShare> Split(
        IReadOnlyList<MixVariant> variants, MixVariant low, MixVariant high, double lowShare) =>
        From(variants, variant => variant == low ? lowShare : variant == high ? 1 - lowShare : 0);

    /// <summary>Mean accuracy of requests routed by shares.</summary>
    public static double Accuracy(IReadOnlyList<MixVariant> variants, IReadOnlyList<VariantShare> shares) =>
        shares.Sum(share => share.Share * variants.First(variant => variant.Name == share.Variant).Accuracy);
}
