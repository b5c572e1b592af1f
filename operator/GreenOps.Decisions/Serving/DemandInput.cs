namespace GreenOps.Decisions.Serving;

/// <summary>What decides the number of replicas of a server whose demand is one figure for all of them.</summary>
/// <param name="Replicas">Replicas asked for at the moment.</param>
/// <param name="Demand">Demand on all replicas together, at least 0; null when unknown.</param>
/// <param name="TargetPerReplica">Demand that one replica should carry, above 0.</param>
/// <param name="Minimum">Least replicas, at least 0.</param>
/// <param name="Maximum">Most replicas, at least <paramref name="Minimum"/>.</param>
/// <param name="Now">The moment of the decision.</param>
/// <param name="LowSince">Since when fewer replicas would do, as the last decision returned it.</param>
public sealed record DemandInput(
    int Replicas,
    double? Demand,
    double TargetPerReplica,
    int Minimum,
    int Maximum,
    DateTimeOffset Now,
    DateTimeOffset? LowSince)
{
    /// <summary>How long fewer replicas must do before the number falls.</summary>
    public TimeSpan StabilizationWindow { get; init; } = TimeSpan.FromMinutes(5);
}
