namespace GreenOps.Artifacts;

/// <summary>
/// A pseudo-random generator that any program can repeat: SplitMix64 (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014). Unlike <see cref="Random"/> it gives the same numbers in every version of .NET.
/// </summary>
/// <param name="seed">The first state.</param>
public struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The generator for one purpose, unlike those for others with the same seed.</summary>
    /// <param name="seed">Seed that the user chose.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="index">Which of several, for example the epoch.</param>
    public static SplitMix64 Stream(long seed, string purpose, long index = 0) => new((ulong)SeedFor(seed, purpose, index));

    /// <summary>A seed for one purpose, unlike those for others.</summary>
    /// <param name="seed">Seed that the user chose.</param>
    /// <param name="purpose">What the seed is for.</param>
    /// <param name="index">Which of several.</param>
    public static long SeedFor(long seed, string purpose, long index = 0)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        var mixed = new SplitMix64((ulong)seed).Next();
        foreach (var letter in purpose)
        {
            mixed = new SplitMix64(mixed ^ letter).Next();
        }

        return (long)new SplitMix64(mixed ^ (ulong)index).Next();
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 to <paramref name="bound"/> - 1, by the high half of a 128-bit product.</summary>
    public int NextBelow(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)Math.BigMul(Next(), (ulong)bound, out _);
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextUnit() => (Next() >> 11) * double.ScaleB(1, -53);

    /// <summary>Puts the items in random order (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = NextBelow(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }
}
