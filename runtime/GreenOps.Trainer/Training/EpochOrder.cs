namespace GreenOps.Trainer.Training;

/// <summary>The order of the examples in an epoch: a function of the seed and the epoch, so a resumed run goes on in it.</summary>
public static class EpochOrder
{
    /// <summary>A permutation of 0 to <paramref name="count"/> - 1.</summary>
    public static long[] Of(int count, long seed, int epoch)
    {
        var order = new long[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        // A seeded System.Random keeps its sequence from version to version of .NET.
        new Random(HashCode(seed, epoch)).Shuffle(order);
        return order;
    }

    private static int HashCode(long seed, int epoch) => unchecked((int)((ulong)seed * 0x9E3779B97F4A7C15 >> 32) ^ (epoch * 0x01000193));
}
