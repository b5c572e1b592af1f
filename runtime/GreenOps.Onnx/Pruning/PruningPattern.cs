namespace GreenOps.Onnx;

/// <summary>Which weights may go together.</summary>
public enum PruningPattern
{
    /// <summary>Any.</summary>
    Unstructured,

    /// <summary>
    /// Two of every four neighbours along the inputs of a layer, which sparse tensor cores skip; the sparsity is 0.5. Layers whose
    /// inputs are not a multiple of four stay dense. Source: Mishra et al., "Accelerating Sparse Deep Neural Networks", 2021.
    /// </summary>
    TwoOfFour,
}
