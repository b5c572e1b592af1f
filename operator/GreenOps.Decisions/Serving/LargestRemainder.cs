namespace GreenOps.Decisions.Serving;

/// <summary>
/// Splits whole units by weight with the largest-remainder (Hamilton) method: the parts sum to the whole and none is
/// further than one unit from its due. The earlier of two equal remainders gets the unit.
/// </summary>
internal static class LargestRemainder
{
    public static long[] Apportion(IReadOnlyList<double> weights, long units)
    {
        var total = weights.Sum();
        var dues = weights.Select(weight => weight / total * units).ToArray();
        var parts = dues.Select(due => (long)Math.Floor(due)).ToArray();
        var left = units - parts.Sum();
        foreach (var index in Enumerable.Range(0, dues.Length).OrderByDescending(i => dues[i] - parts[i]).Take((int)left))
        {
            parts[index]++;
        }

        return parts;
    }
}
