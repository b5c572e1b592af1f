using GreenOps.Artifacts;

namespace GreenOps.Trainer.Training;

/// <summary>Mean and standard deviation of what a network reads and learns; a deviation of zero counts as one.</summary>
internal static class FeatureStatistics
{
    /// <summary>Statistics of features.</summary>
    /// <param name="examples">The examples; only positions that are there count.</param>
    /// <param name="groups">How many statistics there are.</param>
    /// <param name="perChannel">Whether an example is so many blocks, channel after channel; else so many features follow each other over and over.</param>
    public static (float[] Means, float[] Deviations) OfFeatures(ExampleSet examples, int groups, bool perChannel)
    {
        var size = examples.Shape[0] * examples.PositionSize;
        var inner = perChannel ? size / groups : 1;
        var features = new float[size];
        return Of(groups, add =>
        {
            for (var example = 0; example < examples.Count; example++)
            {
                examples.CopyTo(example, features);
                var there = examples.LengthOf(example) * examples.PositionSize;
                for (var i = 0; i < there; i++)
                {
                    add(i / inner % groups, features[i]);
                }
            }
        });
    }

    /// <summary>Statistics of values.</summary>
    /// <param name="values">Values, example after example.</param>
    /// <param name="width">Values of one example.</param>
    public static (float[] Means, float[] Deviations) OfValues(float[] values, int width) => Of(width, add =>
    {
        for (var i = 0; i < values.Length; i++)
        {
            add(i % width, values[i]);
        }
    });

    /// <summary>Welford's running mean and variance (1962), which stay exact where the mean is large against the deviation.</summary>
    private static (float[] Means, float[] Deviations) Of(int groups, Action<Action<int, double>> feed)
    {
        var (counts, means, squares) = (new long[groups], new double[groups], new double[groups]);
        feed((group, value) =>
        {
            var before = value - means[group];
            means[group] += before / ++counts[group];
            squares[group] += before * (value - means[group]);
        });
        return (
            [.. means.Select(mean => (float)mean)],
            [.. squares.Zip(counts, (square, count) => (float)Math.Sqrt(square / Math.Max(1, count)) is > 0 and var deviation ? deviation : 1f)]);
    }
}
