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
    /// <summary>Prunes the Conv, ConvTranspose, Gemm, MatMul, LSTM, GRU and RNN weights of the main graph and of the bodies in it.</summary>
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
        var sites = PrunableWeights.Sites(proto.Graph);
        var tensors = sites.Select(site => site.Tensor).ToArray();
        if (tensors.Length == 0)
            throw new OnnxFormatException("The model has no constant float weights in Conv, ConvTranspose, Gemm, MatMul, LSTM, GRU or RNN nodes, so there is nothing to prune.");

        var weights = tensors.Select(TensorCodec.ReadFloats).ToArray();
        var scores = Scores(weights, options);
        if (options.Pattern == PruningPattern.TwoOfFour)
        {
            for (var i = 0; i < weights.Length; i++)
                ZeroTwoOfFour(weights[i], scores[i], [.. tensors[i].Dims], sites[i].InputAxis);
        }
        else if (options.Scope == PruningScope.Global)
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
        report = new([.. sites.Zip(weights, (site, w) => new TensorSparsity(site.Name, w.Length, w.LongCount(v => v == 0)))]);
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

    private static void ZeroTwoOfFour(float[] weights, float[] scores, ReadOnlySpan<long> dimensions, int axis)
    {
        if (dimensions[axis] % 4 != 0)
            return;
        var stride = 1;
        foreach (var dimension in dimensions[(axis + 1)..])
            stride *= (int)dimension;
        Span<int> group = stackalloc int[4];
        for (var start = 0; start < weights.Length; start++)
        {
            if (start / stride % 4 != 0)
                continue;
            for (var i = 0; i < group.Length; i++)
                group[i] = start + (i * stride);
            // The later of two equals goes, as in a stable order.
            group.Sort((a, b) => scores[a] != scores[b] ? scores[a].CompareTo(scores[b]) : b.CompareTo(a));
            weights[group[0]] = 0;
            weights[group[1]] = 0;
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
}
