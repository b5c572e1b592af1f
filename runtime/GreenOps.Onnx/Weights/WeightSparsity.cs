namespace GreenOps.Onnx;

/// <summary>How sparse the weights of a model are.</summary>
public static class WeightSparsity
{
    /// <summary>The share of the weights that <see cref="MagnitudePruning"/> would choose among which is zero; 0 where there are none.</summary>
    public static double Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (zeros, count) = (0L, 0L);
        foreach (var weights in PrunableWeights.Of(model.Proto.Graph).Select(TensorCodec.ReadFloats))
        {
            zeros += weights.LongCount(weight => weight == 0);
            count += weights.Length;
        }

        return count == 0 ? 0 : (double)zeros / count;
    }
}
