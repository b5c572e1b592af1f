using static System.FormattableString;

namespace GreenOps.Decisions.Serving;

/// <summary>
/// Sizes a deployment by utilization with the formula of the Kubernetes HorizontalPodAutoscaler: ready pods times
/// utilization over target, rounded up, left alone within a tolerance of 10 %; up at once, down after a window.
/// </summary>
public static class ReplicaPolicy
{
    /// <summary>Decides the number of replicas.</summary>
    /// <param name="input">Replicas, utilization, bounds and since when fewer would do.</param>
    /// <returns>A number from minimum to maximum.</returns>
    /// <exception cref="ArgumentException">The bounds contradict each other or the target is not above 0.</exception>
    public static ReplicaDecision Decide(ReplicaInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Validate(input);
        if (ReplicaSteps.OutsideBounds(input.Replicas, input.Minimum, input.Maximum) is { } outside)
        {
            return outside;
        }

        if (input.Utilization is not { } utilization || input.Reporting == 0)
        {
            return ReplicaSteps.Keep(input.Replicas, ReplicaReason.MetricsMissing, "The replicas stay: no ready pod reports its utilization.");
        }

        var load = utilization / input.TargetUtilization;
        if (ReplicaSteps.IsNear(load))
        {
            return ReplicaSteps.Keep(input.Replicas, ReplicaReason.AtTarget, Invariant($"Utilization is within 10 % of its target of {input.TargetUtilization:0.##}."));
        }

        return load > 1 ? Up(input, load) : Down(input, load);
    }

    private static ReplicaDecision Up(ReplicaInput input, double load)
    {
        // Pods that do not report count as idle, and pods on their way count as help: neither alone calls for more.
        var needed = (int)Math.Min(int.MaxValue, Math.Ceiling(input.Reporting * load));
        if (needed <= input.Replicas)
        {
            return ReplicaSteps.Keep(input.Replicas, ReplicaReason.AtTarget, "The replicas stay: those that are starting will carry the load.");
        }

        if (input.Replicas == input.Maximum)
        {
            return ReplicaSteps.Keep(
                input.Maximum,
                ReplicaReason.AtMaximum,
                Invariant($"Utilization asks for more than the maximum of {input.Maximum} replicas; raise the maximum to meet the demand."));
        }

        return ReplicaSteps.Up(
            input.Replicas, needed, input.Maximum, Invariant($"Utilization above its target asks for {needed} replicas instead of {input.Replicas}."));
    }

    private static ReplicaDecision Down(ReplicaInput input, double load)
    {
        if (input.Reporting < input.Ready)
        {
            return ReplicaSteps.Keep(input.Replicas, ReplicaReason.MetricsPartial, "The replicas stay: some ready pods do not report their utilization.");
        }

        var target = Math.Max(input.Minimum, (int)Math.Ceiling(input.Ready * load));
        if (input.Replicas == input.Minimum)
        {
            return ReplicaSteps.Keep(input.Minimum, ReplicaReason.AtMinimum, Invariant($"Utilization is below its target at the minimum of {input.Minimum} replicas."));
        }

        if (target >= input.Replicas)
        {
            return ReplicaSteps.Keep(input.Replicas, ReplicaReason.AtTarget, "The replicas stay: one fewer would exceed the target utilization.");
        }

        return ReplicaSteps.Stabilizing(input.Replicas, input.Now, input.LowSince, input.StabilizationWindow)
            ?? ReplicaSteps.Keep(target, ReplicaReason.ScaleDown, Invariant($"Utilization has asked for fewer than {input.Replicas} replicas long enough."));
    }

    private static void Validate(ReplicaInput input)
    {
        ReplicaSteps.RequireBounds(input.Minimum, input.Maximum, nameof(input));
        if (!double.IsFinite(input.TargetUtilization) || input.TargetUtilization <= 0)
        {
            throw new ArgumentException(
                Invariant($"The target utilization is {input.TargetUtilization}; it must be above 0."), nameof(input));
        }
    }
}
