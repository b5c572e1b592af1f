using GreenOps.Artifacts;

namespace GreenOps.Trainer.Training;

/// <summary>The batches of an epoch: a function of the seed and the epoch, so a resumed run goes on in them.</summary>
public static class EpochBatches
{
    // Batches whose examples are put in order of length together: enough that neighbours are alike, and few enough that an
    // epoch still mixes its examples.
    private const int PooledBatches = 32;

    /// <summary>Every example once, in batches in random order; examples of one batch are about as long.</summary>
    /// <param name="count">Number of examples.</param>
    /// <param name="lengths">Positions of each; null where all have as many.</param>
    /// <param name="batchSize">Examples of a batch; the last of an epoch's pool may hold fewer.</param>
    /// <param name="seed">Seed of the training.</param>
    /// <param name="epoch">Epochs finished.</param>
    public static IReadOnlyList<long[]> Of(int count, IReadOnlyList<int>? lengths, int batchSize, long seed, int epoch)
    {
        var order = Order(count, seed, epoch);
        if (lengths is null)
        {
            return [.. order.Chunk(batchSize)];
        }

        var batches = order.Chunk(batchSize * PooledBatches)
            .SelectMany(pool => pool.OrderBy(example => lengths[(int)example]).Chunk(batchSize))
            .ToArray();
        SplitMix64.Stream(seed, "batches", epoch).Shuffle(batches.AsSpan());
        return batches;
    }

    /// <summary>Share of the positions of some batches that are padding.</summary>
    public static double Padding(IReadOnlyList<long[]> batches, IReadOnlyList<int> lengths)
    {
        var taken = batches.Sum(batch => (long)batch.Length * batch.Max(example => lengths[(int)example]));
        return 1 - (batches.Sum(batch => batch.Sum(example => (long)lengths[(int)example])) / (double)taken);
    }

    /// <summary>A permutation of 0 to <paramref name="count"/> - 1.</summary>
    internal static long[] Order(int count, long seed, int epoch)
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
