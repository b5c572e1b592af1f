using System.Diagnostics.CodeAnalysis;

namespace GreenOps.Artifacts;

/// <summary>Features of examples, one after the other: brightness in bytes, or numbers.</summary>
/// <param name="Pixels">Brightness 0 to 255; empty where features are numbers.</param>
/// <param name="Numbers">Numbers; empty where features are brightness.</param>
public readonly record struct FeatureData(byte[] Pixels, float[] Numbers)
{
    /// <summary>How many there are.</summary>
    public int Length => Pixels.Length + Numbers.Length;

    /// <summary>Brightness.</summary>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is one.")]
    public static implicit operator FeatureData(byte[] pixels) => new(pixels, []);

    /// <summary>Numbers.</summary>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is one.")]
    public static implicit operator FeatureData(float[] numbers) => new([], numbers);

    /// <summary>Some stretches of it, one after the other.</summary>
    internal FeatureData Gather(IReadOnlyList<(int Start, int Size)> places) => new(Gather(Pixels, places), Gather(Numbers, places));

    private static T[] Gather<T>(T[] source, IReadOnlyList<(int Start, int Size)> places)
    {
        if (source.Length == 0)
        {
            return [];
        }

        var gathered = new T[places.Sum(place => place.Size)];
        var end = 0;
        foreach (var (start, size) in places)
        {
            Array.Copy(source, start, gathered, end, size);
            end += size;
        }

        return gathered;
    }
}
