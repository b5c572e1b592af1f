using GreenOps.Contract;
using TorchSharp;
using static TorchSharp.torch;

namespace GreenOps.Trainer.Training;

/// <summary>How well a network does: the share of classes that are right, or the coefficient of determination of values.</summary>
public static class NetworkAccuracy
{
    private const int BatchSize = 500;

    /// <summary>The accuracy on some examples, in [0, 1].</summary>
    public static double Of(Network network, TensorData examples)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(examples);
        network.eval();
        using var without = no_grad();
        using var whole = NewDisposeScope();
        // In order of length, so that little is padded; the order of the examples changes nothing else.
        var indices = Enumerable.Range(0, examples.Count).OrderBy(i => examples.Lengths?[i] ?? 0).Select(i => (long)i).ToArray();
        List<Tensor> outputs = [];
        List<Tensor> targets = [];
        for (var start = 0; start < indices.Length; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            var batch = examples.Batch(indices.AsSpan(start, Math.Min(BatchSize, indices.Length - start)));
            outputs.Add(network.Outputs(batch).MoveToOuterDisposeScope());
            targets.Add(batch.Targets.MoveToOuterDisposeScope());
        }

        return network.Shape.Task == LearningTask.Classification
            ? cat([.. outputs]).argmax(1).eq(cat([.. targets])).sum().ToInt64() / (double)examples.Count
            : Determination(cat([.. outputs]).data<float>().ToArray(), cat([.. targets]).data<float>().ToArray(), network.Shape.Outputs);
    }

    /// <summary>1 less the share of the values' variance that is left unexplained, at least 0; the mean where examples have several.</summary>
    /// <param name="given">What a model gives, example after example.</param>
    /// <param name="expected">The right values.</param>
    /// <param name="width">Values of one example.</param>
    public static double Determination(ReadOnlySpan<float> given, ReadOnlySpan<float> expected, int width)
    {
        var sum = 0.0;
        for (var column = 0; column < width; column++)
        {
            var (mean, left, all) = (0.0, 0.0, 0.0);
            for (var i = column; i < expected.Length; i += width)
            {
                mean += (double)expected[i] * width / expected.Length;
            }

            for (var i = column; i < expected.Length; i += width)
            {
                left += Square((double)given[i] - expected[i]);
                all += Square(expected[i] - mean);
            }

            sum += 1 - (left / Math.Max(all, double.Epsilon));
        }

        return Math.Max(0, sum / width);
    }

    private static double Square(double value) => value * value;
}
