namespace GreenOps.Simulation.Variants;

/// <summary>What serves in a simulation.</summary>
/// <param name="Source">Where the figures are from, for people.</param>
/// <param name="Variants">The variants; at least one, with distinct names.</param>
/// <param name="Fleet">The replicas.</param>
/// <param name="Remarks">What was assumed of the figures, one sentence each.</param>
public sealed record VariantSet(string Source, IReadOnlyList<SimulatedVariant> Variants, Fleet Fleet, IReadOnlyList<string> Remarks);
