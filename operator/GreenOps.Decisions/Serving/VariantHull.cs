namespace GreenOps.Decisions.Serving;

/// <summary>
/// The variants worth serving: the lower convex hull of (accuracy, energy). For any mean accuracy, mixing the two hull
/// points around it uses least energy; every other variant is beaten by such a mix.
/// </summary>
internal static class VariantHull
{
    /// <summary>Hull points from the variant of least energy to the most accurate, both rising strictly.</summary>
    public static IReadOnlyList<MixVariant> Of(IReadOnlyList<MixVariant> variants)
    {
        List<MixVariant> hull = [];
        foreach (var variant in variants
            .OrderBy(variant => variant.Accuracy)
            .ThenByDescending(variant => variant.JoulesPerRequest.Value)
            .ThenByDescending(variant => variant.Name, StringComparer.Ordinal))
        {
            while (hull.Count > 0 && hull[^1].JoulesPerRequest.Value >= variant.JoulesPerRequest.Value)
            {
                hull.RemoveAt(hull.Count - 1);
            }

            while (hull.Count > 1 && Slope(hull[^2], hull[^1]) >= Slope(hull[^1], variant))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add(variant);
        }

        return hull;
    }

    private static double Slope(MixVariant from, MixVariant to) =>
        (to.JoulesPerRequest.Value - from.JoulesPerRequest.Value) / (to.Accuracy - from.Accuracy);
}
