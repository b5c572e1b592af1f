namespace GreenOps.Decisions.Serving;

/// <summary>How many replicas to run, and why.</summary>
/// <param name="Replicas">Replicas to ask for.</param>
/// <param name="Reason">The reason for machines.</param>
/// <param name="Message">The reason for people, one sentence.</param>
/// <param name="LowSince">Since when fewer replicas would do; keep it in status and hand it to the next decision.</param>
public sealed record ReplicaDecision(int Replicas, ReplicaReason Reason, string Message, DateTimeOffset? LowSince);
