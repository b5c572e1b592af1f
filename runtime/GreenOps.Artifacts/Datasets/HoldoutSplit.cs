namespace GreenOps.Artifacts;

/// <summary>
/// Chooses which examples of a set are held out. The choice depends on nothing but its arguments: the generator is
/// SplitMix64 (Steele, Lea and Flood, 2014) and the shuffle is Fisher-Yates, so any program can repeat it.
/// </summary>
/// <param name="Training">Indices to learn from, ascending.</param>
/// <param name="HeldOut">Indices to judge by, ascending.</param>
public sealed record HoldoutSplit(IReadOnlyList<int> Training, IReadOnlyList<int> HeldOut)
{
    /// <summary>Splits the indices 0 to <paramref name="count"/> - 1.</summary>
    /// <param name="count">Number of examples, at least 2.</param>
    /// <param name="holdoutPercent">Share to hold out, in percent, 1 to 99; at least one example on each side.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    public static HoldoutSplit Create(int count, int holdoutPercent, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(holdoutPercent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(holdoutPercent, 99);
        var indices = Enumerable.Range(0, count).ToArray();
        var state = (ulong)seed;
        for (var i = count - 1; i > 0; i--)
        {
            var other = (int)Math.BigMul(Next(ref state), (ulong)(i + 1), out _);
            (indices[i], indices[other]) = (indices[other], indices[i]);
        }

        var heldOut = Math.Clamp((int)((long)count * holdoutPercent / 100), 1, count - 1);
        return new HoldoutSplit([.. indices[heldOut..].Order()], [.. indices[..heldOut].Order()]);
    }

    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
