using GreenOps.Contract;

namespace GreenOps.Operator.Desired;

/// <summary>One stage of a model: training, or the making of one variant.</summary>
/// <param name="Document">What the stage's container is told, revision included.</param>
public sealed record Stage(StageSpec Document)
{
    /// <summary>The stage's name.</summary>
    public string Name => Document.Stage;

    /// <summary>The stage's content address.</summary>
    public string Revision => Document.Revision;

    /// <summary>Name of the variant that the stage makes.</summary>
    public string VariantName => Document.Compress is null ? StageNames.FullVariant : Name;
}

/// <summary>All stages that a model's spec asks for.</summary>
/// <param name="Training">The training.</param>
/// <param name="Compressions">The compressions, sorted by variant name (ordinal), then the search for steps where there is one.</param>
public sealed record ModelStages(Stage Training, IReadOnlyList<Stage> Compressions)
{
    /// <summary>The training, then the compressions.</summary>
    public IEnumerable<Stage> All => Compressions.Prepend(Training);
}
