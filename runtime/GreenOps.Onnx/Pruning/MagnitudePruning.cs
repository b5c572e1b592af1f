using GreenOps.Onnx.Proto;

namespace GreenOps.Onnx;

/// <summary>
/// Sets single weights to zero: the least in absolute value, or a seeded draw. The shapes stay, so a dense runtime gains
/// no speed; what shrinks is the compressed file, and what gains is hardware with sparse kernels.
/// Source: Han, Pool, Tran, Dally, "Learning both Weights and Connections for Efficient Neural Networks", 2015.
/// </summary>
/// <remarks>
/// Exactly round(sparsity × weights) weights go, zeros that are there already included; equal scores go in file order.
/// So pruning twice is pruning once, and what a lower sparsity removes, a higher one removes too.
/// </remarks>
public static class MagnitudePruning
{
    /// <summary>Prunes the Conv, ConvTranspose, Gemm, MatMul, LSTM, GRU and RNN weights of the main graph.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is not a number from 0 to 1.</exception>
    /// <exception cref="OnnxFormatException">The model has no weights to prune.</exception>
    public static OnnxModel Apply(OnnxModel model, MagnitudePruningOptions options) => Apply(model, options, out _);

    /// <inheritdoc cref="Apply(OnnxModel, MagnitudePruningOptions)"/>
    public static OnnxModel Apply(OnnxModel model, MagnitudePruningOptions options, out PruningReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Sparsity is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.Sparsity, "Sparsity is a share from 0 to 1.");

        var proto = model.CloneProto();
        var tensors = PrunableWeights.Of(proto.Graph);
        if (tensors.Count == 0)
            throw new OnnxFormatException("The model has no constant float weights in Conv, ConvTranspose, Gemm, MatMul, LSTM, GRU or RNN nodes, so there is nothing to prune.");

        var weights = tensors.Select(TensorCodec.ReadFloats).ToArray();
        var scores = Scores(weights, options);
        if (options.Scope == PruningScope.Global)
        {
            ZeroLowest(weights, scores, options.Sparsity);
        }
        else
        {
            for (var i = 0; i < weights.Length; i++)
                ZeroLowest([weights[i]], [scores[i]], options.Sparsity);
        }

        for (var i = 0; i < weights.Length; i++)
            TensorCodec.WriteFloats(tensors[i], weights[i]);
        report = new([.. tensors.Zip(weights, (t, w) => new TensorSparsity(NameOf(proto.Graph, t), w.Length, w.LongCount(v => v == 0)))]);
        return OnnxModel.FromProto(proto);
    }

    private static float[][] Scores(float[][] weights, MagnitudePruningOptions options)
    {
        if (options.Criterion == PruningCriterion.Magnitude)
            return [.. weights.Select(tensor => Array.ConvertAll(tensor, Score))];
        var random = new Random(options.Seed);
        return [.. weights.Select(tensor => Array.ConvertAll(tensor, _ => random.NextSingle()))];
    }

    /// <summary>A weight that is not a number is a fault to be seen, not to be pruned away.</summary>
    private static float Score(float weight) => float.IsNaN(weight) ? float.PositiveInfinity : Math.Abs(weight);

    private static void ZeroLowest(float[][] weights, float[][] scores, double sparsity)
    {
        var count = (long)Math.Round(sparsity * scores.Sum(s => (long)s.Length), MidpointRounding.AwayFromZero);
        if (count == 0)
            return;
        var sorted = scores.SelectMany(s => s).ToArray();
        Array.Sort(sorted);
        var threshold = sorted[count - 1];
        // Scores equal to the threshold may be more than are due.
        var ties = count - LowerBound(sorted, threshold);
        for (var i = 0; i < weights.Length; i++)
        {
            for (var j = 0; j < weights[i].Length; j++)
            {
                if (scores[i][j] < threshold || (scores[i][j] == threshold && ties-- > 0))
                    weights[i][j] = 0;
            }
        }
    }

    /// <summary>How many entries of a sorted array lie below a value.</summary>
    private static int LowerBound(float[] sorted, float value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The name consumers know a tensor by: a Constant node's tensor has none of its own.</summary>
    private static string NameOf(GraphProto graph, TensorProto tensor) =>
        graph.Node.FirstOrDefault(n => n.Attribute.Any(a => ReferenceEquals(a.T, tensor)))?.Output[0] ?? tensor.Name;
}
