using static System.FormattableString;

namespace GreenOps.Decisions.Serving;

/// <summary>
/// Sizes a deployment by a demand from outside, as the Kubernetes HorizontalPodAutoscaler does for an external metric with
/// an average value: demand over target, rounded up, left alone within a tolerance of 10 %; up at once, down after a
/// window. An unknown demand moves nothing.
/// </summary>
public static class DemandPolicy
{
    private const double Tolerance = 0.1;
    private const int LeastStep = 4;

    /// <summary>Decides the number of replicas.</summary>
    /// <param name="input">Replicas, demand, bounds and since when fewer would do.</param>
    /// <returns>A number from minimum to maximum.</returns>
    /// <exception cref="ArgumentException">The bounds contradict each other, the target is not above 0, or the demand is negative or not finite.</exception>
    public static ReplicaDecision Decide(DemandInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Validate(input);
        var bounded = Math.Clamp(input.Replicas, input.Minimum, input.Maximum);
        if (bounded != input.Replicas)
        {
            return Keep(bounded, ReplicaReason.OutsideBounds, Invariant($"{input.Replicas} replicas lie outside {input.Minimum} to {input.Maximum}."));
        }

        if (input.Demand is not { } demand)
        {
            return Keep(bounded, ReplicaReason.MetricsMissing, "The replicas stay: the demand is unknown.");
        }

        var needed = (int)Math.Min(int.MaxValue, Math.Ceiling(demand / input.TargetPerReplica));
        if (Math.Abs((demand / (input.TargetPerReplica * input.Replicas)) - 1) <= Tolerance || needed == input.Replicas)
        {
            return Keep(bounded, ReplicaReason.AtTarget, "The demand is near what the replicas should carry.");
        }

        return needed > input.Replicas ? Up(input, needed) : Down(input, needed);
    }

    private static ReplicaDecision Up(DemandInput input, int needed)
    {
        if (input.Replicas == input.Maximum)
        {
            return Keep(
                input.Maximum,
                ReplicaReason.AtMaximum,
                Invariant($"The demand asks for more than the maximum of {input.Maximum} replicas; raise the maximum to meet it."));
        }

        var wanted = Math.Min(needed, input.Maximum);
        var target = (int)Math.Min(wanted, Math.Max(2L * input.Replicas, input.Replicas + (long)LeastStep));
        return Keep(
            target,
            target < wanted ? ReplicaReason.ScaleUpLimited : ReplicaReason.ScaleUp,
            Invariant($"The demand asks for {needed} replicas instead of {input.Replicas}."));
    }

    private static ReplicaDecision Down(DemandInput input, int needed)
    {
        if (input.Replicas == input.Minimum)
        {
            return Keep(input.Minimum, ReplicaReason.AtMinimum, Invariant($"The demand asks for fewer than the minimum of {input.Minimum} replicas."));
        }

        var since = input.LowSince is { } low && low <= input.Now ? low : input.Now;
        return input.Now - since >= input.StabilizationWindow
            ? Keep(
                Math.Max(needed, input.Minimum),
                ReplicaReason.ScaleDown,
                Invariant($"The demand has asked for fewer than {input.Replicas} replicas long enough."))
            : new ReplicaDecision(
                input.Replicas,
                ReplicaReason.ScaleDownStabilizing,
                Invariant($"Fewer than {input.Replicas} replicas would do since {Quantity.ToClock(since)}; the number falls when that lasts {input.StabilizationWindow.TotalSeconds:0} s."),
                since);
    }

    private static ReplicaDecision Keep(int replicas, ReplicaReason reason, string message) => new(replicas, reason, message, null);

    private static void Validate(DemandInput input)
    {
        if (input.Minimum < 0 || input.Maximum < input.Minimum)
        {
            throw new ArgumentException(
                Invariant($"Replicas must have 0 <= minimum <= maximum, not {input.Minimum} and {input.Maximum}."), nameof(input));
        }

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
