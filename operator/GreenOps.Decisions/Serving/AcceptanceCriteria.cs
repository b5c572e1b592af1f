namespace GreenOps.Decisions.Serving;

/// <summary>What a variant must meet to serve. Where both accuracy limits are given, the stricter one counts.</summary>
/// <param name="BaselineAccuracy">Accuracy of the full model, from which a loss is counted.</param>
/// <param name="AccuracyFloor">Least accuracy; null for none.</param>
/// <param name="MaxAccuracyLoss">Largest loss against the baseline, as a difference of accuracies; null for none.</param>
/// <param name="Latency">Latency objective; null for none.</param>
public sealed record AcceptanceCriteria(
    double BaselineAccuracy,
    double? AccuracyFloor = null,
    double? MaxAccuracyLoss = null,
    LatencyObjective? Latency = null)
{
    /// <summary>The accuracy below which a variant is rejected; 0 when nothing limits it.</summary>
    public double EffectiveFloor => Math.Max(AccuracyFloor ?? 0, MaxAccuracyLoss is { } loss ? BaselineAccuracy - loss : 0);
}
