using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace GreenOps.Server.Routing;

/// <summary>
/// Divides requests by weight without chance and without a lock: one period of the smooth weighted round-robin (the
/// scheduler of nginx) is laid out ahead, and a shared counter walks around it. A period is the sum of the weights
/// over their greatest common divisor, so every window of that many requests is divided exactly, and every longer
/// one to within the rest of a period.
/// </summary>
internal sealed class WeightedSequence
{
    private readonly int[] _period;
    private readonly long[] _upTo;
    private uint _next;

    /// <summary>Lays out the period.</summary>
    /// <param name="weights">Weights, none negative and at least one positive.</param>
    public WeightedSequence(IReadOnlyList<int> weights)
    {
        _period = LayOut(weights);
        _upTo = [.. weights.Select((_, index) => weights.Take(index + 1).Sum(weight => (long)weight))];
    }

    /// <summary>Indices of the weights in the order in which they are chosen.</summary>
    public IReadOnlyList<int> Period => _period;

    /// <summary>The index that the next request goes to; safe from any number of threads.</summary>
    public int Next() => _period[(Interlocked.Increment(ref _next) - 1) % (uint)_period.Length];

    /// <summary>
    /// The index that a key stands for. Keys are spread over the weights laid end to end, so when a little weight moves
    /// between neighbours, only the keys on that little move with it.
    /// </summary>
    public int At(string key)
    {
        var hash = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        var place = (long)(((UInt128)hash * (ulong)_upTo[^1]) >> 64);
        return Array.FindIndex(_upTo, end => place < end);
    }

    private static int[] LayOut(IReadOnlyList<int> weights)
    {
        var sum = weights.Sum();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sum);
        var period = new int[sum / weights.Aggregate(GreatestCommonDivisor)];
        var current = new int[weights.Count];
        for (var position = 0; position < period.Length; position++)
        {
            var chosen = 0;
            for (var index = 0; index < current.Length; index++)
            {
                current[index] += weights[index];
                if (current[index] > current[chosen])
                {
                    chosen = index;
                }
            }

            current[chosen] -= sum;
            period[position] = chosen;
        }

        return period;
    }

    private static int GreatestCommonDivisor(int left, int right) => right == 0 ? left : GreatestCommonDivisor(right, left % right);
}
