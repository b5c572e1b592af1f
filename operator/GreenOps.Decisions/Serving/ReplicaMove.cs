namespace GreenOps.Decisions.Serving;

/// <summary>How many replicas to run, without the sentence; made without allocating.</summary>
/// <param name="Replicas">Replicas to ask for.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Needed">Replicas that the load asks for, bounds and waits aside.</param>
/// <param name="LowSince">Since when fewer replicas would do.</param>
public readonly record struct ReplicaMove(int Replicas, ReplicaReason Reason, int Needed, DateTimeOffset? LowSince)
{
    /// <summary>The decision with a sentence.</summary>
    internal ReplicaDecision Because(string message) => new(Replicas, Reason, message, LowSince);
}
