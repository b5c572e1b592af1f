using GreenOps.Decisions.Serving;

namespace GreenOps.Operator.Planning;

/// <summary>How traffic is divided.</summary>
/// <param name="Weights">Whole percent per served variant, sorted by name.</param>
/// <param name="Reason">Why, for machines.</param>
/// <param name="Message">Why, for people.</param>
public sealed record MixPlan(IReadOnlyList<VariantWeight> Weights, string Reason, string Message);

/// <summary>How a model is served.</summary>
/// <param name="Mix">How traffic is divided.</param>
/// <param name="Replicas">How many pods serve.</param>
public sealed record ServingVerdict(MixPlan Mix, ReplicaDecision Replicas);
