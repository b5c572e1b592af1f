namespace GreenOps.Decisions.Serving;

/// <summary>What decides the number of replicas. Carbon is not among it: capping replicas by carbon sheds work.</summary>
/// <param name="Replicas">Replicas asked for at the moment.</param>
/// <param name="Ready">Pods that are ready.</param>
/// <param name="Reporting">Ready pods that report utilization.</param>
/// <param name="Utilization">
/// Mean utilization of the reporting pods, 1 for fully busy, more where requests queue; null when unknown.
/// </param>
/// <param name="TargetUtilization">Utilization to hold, above 0.</param>
/// <param name="Minimum">Least replicas, at least 0.</param>
/// <param name="Maximum">Most replicas, at least <paramref name="Minimum"/>.</param>
/// <param name="Now">The moment of the decision.</param>
/// <param name="LowSince">Since when fewer replicas would do, as the last decision returned it.</param>
public readonly record struct ReplicaInput(
    int Replicas,
    int Ready,
    int Reporting,
    double? Utilization,
    double TargetUtilization,
    int Minimum,
    int Maximum,
    DateTimeOffset Now,
    DateTimeOffset? LowSince)
{
    /// <summary>How long fewer replicas must do before the number falls.</summary>
    public TimeSpan StabilizationWindow { get; init; } = TimeSpan.FromMinutes(5);
}
