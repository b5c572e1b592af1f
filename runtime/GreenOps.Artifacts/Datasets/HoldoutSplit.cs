namespace GreenOps.Artifacts;

/// <summary>
/// Chooses which examples of a set are held out: the first of them after a shuffle by <see cref="SplitMix64"/>. The choice
/// depends on nothing but its arguments, so any program can repeat it.
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
        new SplitMix64((ulong)seed).Shuffle(indices.AsSpan());
        var heldOut = Math.Clamp((int)((long)count * holdoutPercent / 100), 1, count - 1);
        return new HoldoutSplit([.. indices[heldOut..].Order()], [.. indices[..heldOut].Order()]);
    }
}
