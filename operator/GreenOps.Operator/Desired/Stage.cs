using GreenOps.Api.Models;
using GreenOps.Contract;

namespace GreenOps.Operator.Desired;

/// <summary>One stage of a model: training, or the making of one variant.</summary>
/// <param name="Document">What the stage's container is told, revision included.</param>
/// <param name="Variant">The variant that a compression stage makes; null for the training.</param>
public sealed record Stage(StageSpec Document, VariantSpec? Variant)
{
    /// <summary>The stage's name.</summary>
    public string Name => Document.Stage;

    /// <summary>The stage's content address.</summary>
    public string Revision => Document.Revision;

    /// <summary>Name of the variant that the stage makes.</summary>
    public string VariantName => Variant?.Name ?? StageNames.FullVariant;
}

/// <summary>All stages that a model's spec asks for.</summary>
/// <param name="Training">The training.</param>
/// <param name="Compressions">The compressions, sorted by variant name (ordinal).</param>
public sealed record ModelStages(Stage Training, IReadOnlyList<Stage> Compressions)
{
    /// <summary>The training, then the compressions.</summary>
    public IEnumerable<Stage> All => Compressions.Prepend(Training);
}
