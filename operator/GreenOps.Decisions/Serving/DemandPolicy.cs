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
        var move = Choose(input);
        return move.Because(Message(input, move));
    }

    private static ReplicaMove Choose(DemandInput input)
    {
        if (ReplicaSteps.OutsideBounds(input.Replicas, input.Minimum, input.Maximum) is { } outside)
        {
            return outside;
        }

        if (input.Demand is not { } demand)
        {
            return Stay(input, ReplicaReason.MetricsMissing);
        }

        var needed = (int)Math.Min(int.MaxValue, Math.Ceiling(demand / input.TargetPerReplica));
        if (ReplicaSteps.IsNear(demand / (input.TargetPerReplica * input.Replicas)) || needed == input.Replicas)
        {
            return Stay(input, ReplicaReason.AtTarget);
        }

        if (needed > input.Replicas)
        {
            return ReplicaSteps.Up(input.Replicas, needed, input.Maximum);
        }

        return input.Replicas == input.Minimum
            ? Stay(input, ReplicaReason.AtMinimum)
            : ReplicaSteps.Down(input.Replicas, Math.Max(needed, input.Minimum), input.Now, input.LowSince, input.StabilizationWindow);
    }

    private static ReplicaMove Stay(DemandInput input, ReplicaReason reason) => ReplicaSteps.Keep(input.Replicas, reason, input.Replicas);

    private static string Message(DemandInput input, in ReplicaMove move) => move.Reason switch
    {
        ReplicaReason.MetricsMissing => "The replicas stay: the demand is unknown.",
        ReplicaReason.AtTarget => "The demand is near what the replicas should carry.",
        ReplicaReason.AtMaximum => Invariant($"The demand asks for more than the maximum of {input.Maximum} replicas; raise the maximum to meet it."),
        ReplicaReason.AtMinimum => Invariant($"The demand asks for fewer than the minimum of {input.Minimum} replicas."),
        ReplicaReason.ScaleUp or ReplicaReason.ScaleUpLimited => Invariant($"The demand asks for {move.Needed} replicas instead of {input.Replicas}."),
        ReplicaReason.ScaleDown => Invariant($"The demand has asked for fewer than {input.Replicas} replicas long enough."),
        _ => ReplicaSteps.Message(move, input.Replicas, input.Minimum, input.Maximum, input.StabilizationWindow),
    };

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
