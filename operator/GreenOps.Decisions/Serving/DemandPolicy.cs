using static System.FormattableString;

namespace GreenOps.Decisions.Serving;

/// <summary>
/// Sizes a deployment by a demand from outside, as the Kubernetes HorizontalPodAutoscaler does for an external metric with
/// an average value: demand over target, rounded up, left alone within a tolerance of 10 %; up at once, down after a
/// window. An unknown demand moves nothing.
/// </summary>
public static class DemandPolicy
{
    /// <summary>Decides the number of replicas.</summary>
    /// <param name="input">Replicas, demand, bounds and since when fewer would do.</param>
    /// <returns>A number from minimum to maximum.</returns>
    /// <exception cref="ArgumentException">The bounds contradict each other, the target is not above 0, or the demand is negative or not finite.</exception>
    public static ReplicaDecision Decide(DemandInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Validate(input);
        if (ReplicaSteps.OutsideBounds(input.Replicas, input.Minimum, input.Maximum) is { } outside)
        {
            return outside;
        }

        if (input.Demand is not { } demand)
        {
            return ReplicaSteps.Keep(input.Replicas, ReplicaReason.MetricsMissing, "The replicas stay: the demand is unknown.");
        }

        var needed = (int)Math.Min(int.MaxValue, Math.Ceiling(demand / input.TargetPerReplica));
        if (ReplicaSteps.IsNear(demand / (input.TargetPerReplica * input.Replicas)) || needed == input.Replicas)
        {
            return ReplicaSteps.Keep(input.Replicas, ReplicaReason.AtTarget, "The demand is near what the replicas should carry.");
        }

        return needed > input.Replicas ? Up(input, needed) : Down(input, needed);
    }

    private static ReplicaDecision Up(DemandInput input, int needed)
    {
        if (input.Replicas == input.Maximum)
        {
            return ReplicaSteps.Keep(
                input.Maximum,
                ReplicaReason.AtMaximum,
                Invariant($"The demand asks for more than the maximum of {input.Maximum} replicas; raise the maximum to meet it."));
        }

        return ReplicaSteps.Up(
            input.Replicas, needed, input.Maximum, Invariant($"The demand asks for {needed} replicas instead of {input.Replicas}."));
    }

    private static ReplicaDecision Down(DemandInput input, int needed)
    {
        if (input.Replicas == input.Minimum)
        {
            return ReplicaSteps.Keep(input.Minimum, ReplicaReason.AtMinimum, Invariant($"The demand asks for fewer than the minimum of {input.Minimum} replicas."));
        }

        return ReplicaSteps.Stabilizing(input.Replicas, input.Now, input.LowSince, input.StabilizationWindow)
            ?? ReplicaSteps.Keep(
                Math.Max(needed, input.Minimum),
                ReplicaReason.ScaleDown,
                Invariant($"The demand has asked for fewer than {input.Replicas} replicas long enough."));
    }

    private static void Validate(DemandInput input)
    {
        ReplicaSteps.RequireBounds(input.Minimum, input.Maximum, nameof(input));
        if (!double.IsFinite(input.TargetPerReplica) || input.TargetPerReplica <= 0)
        {
            throw new ArgumentException(Invariant($"The target of a replica is {input.TargetPerReplica}; it must be above 0."), nameof(input));
        }

        if (input.Demand is { } demand && (!double.IsFinite(demand) || demand < 0))
        {
            throw new ArgumentException(Invariant($"The demand is {demand}; it must be 0 or more."), nameof(input));
        }
    }
}
