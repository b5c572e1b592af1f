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
            : Determination(cat([.. outputs]), cat([.. targets]));
    }

    /// <summary>1 less the share of the targets' variance that is left unexplained, at least 0; the mean over several outputs.</summary>
    private static double Determination(Tensor outputs, Tensor targets)
    {
        var left = (targets - outputs).to(ScalarType.Float64).square().sum(0);
        var all = (targets - targets.mean([0], keepdim: true)).to(ScalarType.Float64).square().sum(0);
        return Math.Max(0, (1 - (left / all.clamp_min(double.Epsilon))).mean().ToDouble());
    }
}
