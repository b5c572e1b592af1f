namespace GreenOps.Decisions.Serving;

/// <summary>Turns shares into the whole percents that routing takes.</summary>
public static class WeightRounding
{
    /// <summary>Rounds shares to whole percents that sum to exactly 100.</summary>
    /// <param name="shares">Non-negative shares with a positive sum, distinct names, in any order.</param>
    /// <returns>
    /// One weight per share, by name in ordinal order, each less than one percent from its share; of two equal
    /// remainders the first name gets the percent.
    /// </returns>
    /// <exception cref="ArgumentException">A share is negative or not finite, or all are zero.</exception>
    public static IReadOnlyList<VariantWeight> ToPercent(IReadOnlyList<VariantShare> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        if (shares.Any(share => !double.IsFinite(share.Share) || share.Share < 0) || shares.Sum(share => share.Share) <= 0)
        {
            throw new ArgumentException("Shares must be finite, at least 0, and not all 0.", nameof(shares));
        }

        var ordered = shares.OrderBy(share => share.Variant, StringComparer.Ordinal).ToArray();
        var percents = LargestRemainder.Apportion([.. ordered.Select(share => share.Share)], 100);
        return [.. ordered.Select((share, i) => new VariantWeight(share.Variant, (int)percents[i]))];
    }
}
