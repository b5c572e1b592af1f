using GreenOps.Artifacts;

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

        SplitMix64.Stream(seed, "order", epoch).Shuffle(order.AsSpan());
        return order;
    }
}
