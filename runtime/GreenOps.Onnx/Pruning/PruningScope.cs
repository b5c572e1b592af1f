namespace GreenOps.Onnx;

/// <summary>Among which weights the pruned ones are chosen.</summary>
public enum PruningScope
{
    /// <summary>All weights of the model compete, so layers end up with different sparsities.</summary>
    Global,

    /// <summary>Every tensor gets the same sparsity.</summary>
    PerLayer,
}
