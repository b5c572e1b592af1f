namespace GreenOps.Onnx;

/// <summary>What <see cref="MagnitudePruning"/> removes.</summary>
public sealed record MagnitudePruningOptions
{
    /// <summary>The share of the weights that is zero afterwards, from 0 to 1.</summary>
    public required double Sparsity { get; init; }

    /// <summary>By what weights are chosen.</summary>
    public PruningCriterion Criterion { get; init; } = PruningCriterion.Magnitude;

    /// <summary>Among which weights they are chosen.</summary>
    public PruningScope Scope { get; init; } = PruningScope.Global;

    /// <summary>Seed of the draw, for <see cref="PruningCriterion.Random"/>.</summary>
    public int Seed { get; init; }

    /// <summary>Which weights may go together.</summary>
    public PruningPattern Pattern { get; init; } = PruningPattern.Unstructured;
}
