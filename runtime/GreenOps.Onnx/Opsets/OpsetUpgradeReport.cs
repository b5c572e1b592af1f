namespace GreenOps.Onnx;

/// <summary>What an upgrade of the operator set did.</summary>
/// <param name="From">The version before.</param>
/// <param name="To">The version after.</param>
/// <param name="Rewritten">How many nodes of each operator are written otherwise now.</param>
public sealed record OpsetUpgradeReport(long From, long To, IReadOnlyDictionary<string, int> Rewritten);
