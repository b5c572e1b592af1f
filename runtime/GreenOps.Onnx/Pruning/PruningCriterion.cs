namespace GreenOps.Onnx;

/// <summary>By what weights are chosen for removal.</summary>
public enum PruningCriterion
{
    /// <summary>The smallest absolute values go first.</summary>
    Magnitude,

    /// <summary>A seeded draw: the baseline any criterion must beat.</summary>
    Random,
}
