namespace GreenOps.Decisions.Serving;

/// <summary>How a model is served, and why.</summary>
/// <param name="LowPercent">Percent of the traffic for the pair's cheaper variant; the rest is for the other.</param>
/// <param name="Reason">Why.</param>
/// <param name="Replicas">Replicas to ask for.</param>
public readonly record struct ServingDecision(int LowPercent, MixReason Reason, ReplicaMove Replicas);
