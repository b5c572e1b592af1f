namespace GreenOps.Onnx;

/// <summary>How many of one tensor's weights are zero.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Count">Its number of weights.</param>
/// <param name="Zeros">How many of them are zero.</param>
public sealed record TensorSparsity(string Name, long Count, long Zeros)
{
    /// <summary>The share that is zero, from 0 to 1.</summary>
    public double Sparsity => Count == 0 ? 0 : (double)Zeros / Count;
}

/// <summary>What a pruned model looks like.</summary>
/// <param name="Tensors">Every tensor that took part, in file order.</param>
public sealed record PruningReport(IReadOnlyList<TensorSparsity> Tensors)
{
    /// <summary>The share of all weights that took part which is zero, from 0 to 1.</summary>
    public double Sparsity => new TensorSparsity("", Tensors.Sum(t => t.Count), Tensors.Sum(t => t.Zeros)).Sparsity;
}
