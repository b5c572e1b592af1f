using GreenOps.Contract;

namespace GreenOps.Server.Routing;

/// <summary>Which variants of a routing table to have in memory.</summary>
/// <param name="Load">Those to load, in the order of the table.</param>
/// <param name="Absent">Why each of the others is not to be loaded, by path.</param>
internal sealed record LoadPlan(IReadOnlyList<RoutedVariant> Load, IReadOnlyDictionary<string, string> Absent)
{
    /// <summary>
    /// Takes the variants with traffic first, the heaviest before the others, then those that were asked for, the last
    /// one first, then the rest in the order of the table.
    /// </summary>
    /// <param name="routing">The table.</param>
    /// <param name="withheld">Why a variant must not be loaded, by path.</param>
    /// <param name="asked">Paths that were asked for, the first one first.</param>
    /// <param name="most">How many may be loaded at once.</param>
    public static LoadPlan Of(
        RoutingTable routing, IReadOnlyDictionary<string, string> withheld, List<string> asked, int most)
    {
        var order = routing.Variants
            .Where(variant => !withheld.ContainsKey(variant.Path))
            .OrderByDescending(variant => variant.Weight)
            .ThenByDescending(variant => asked.LastIndexOf(variant.Path))
            .ToList();
        var chosen = order.Select(variant => variant.Path).Distinct().Take(most).ToHashSet();
        var absent = routing.Variants
            .Where(variant => !chosen.Contains(variant.Path))
            .DistinctBy(variant => variant.Path)
            .ToDictionary(
                variant => variant.Path,
                variant => withheld.GetValueOrDefault(variant.Path)
                    ?? $"At most {most} variants are loaded at once (--max-loaded), and others come first.");
        return new LoadPlan([.. routing.Variants.Where(variant => chosen.Contains(variant.Path))], absent);
    }
}
