using static System.FormattableString;

namespace GreenOps.Decisions.Serving;

/// <summary>
/// Sizes a deployment by utilization with the formula of the Kubernetes HorizontalPodAutoscaler: ready pods times
/// utilization over target, rounded up, left alone within a tolerance of 10 %; up at once, down after a window.
/// </summary>
public static class ReplicaPolicy
{
    private const double Tolerance = 0.1;
    private const int LeastStep = 4;

    /// <summary>Decides the number of replicas.</summary>
    /// <param name="input">Replicas, utilization, bounds and since when fewer would do.</param>
    /// <returns>A number from minimum to maximum.</returns>
    /// <exception cref="ArgumentException">The bounds contradict each other or the target is not above 0.</exception>
    public static ReplicaDecision Decide(ReplicaInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Validate(input);
        var bounded = Math.Clamp(input.Replicas, input.Minimum, input.Maximum);
        if (bounded != input.Replicas)
        {
            return Keep(
                bounded,
                ReplicaReason.OutsideBounds,
                Invariant($"{input.Replicas} replicas lie outside {input.Minimum} to {input.Maximum}."));
        }

        if (input.Utilization is not { } utilization || input.Reporting == 0)
        {
            return Keep(bounded, ReplicaReason.MetricsMissing, "The replicas stay: no ready pod reports its utilization.");
        }

        var load = utilization / input.TargetUtilization;
        if (Math.Abs(load - 1) <= Tolerance)
        {
            return Keep(bounded, ReplicaReason.AtTarget, Invariant($"Utilization is within 10 % of its target of {input.TargetUtilization:0.##}."));
        }

        return load > 1 ? Up(input, load) : Down(input, load);
    }

    private static ReplicaDecision Up(ReplicaInput input, double load)
    {
        // Pods that do not report count as idle, and pods on their way count as help: neither alone calls for more.
        var needed = (int)Math.Min(int.MaxValue, Math.Ceiling(input.Reporting * load));
        if (needed <= input.Replicas)
        {
            return Keep(input.Replicas, ReplicaReason.AtTarget, "The replicas stay: those that are starting will carry the load.");
        }

        if (input.Replicas == input.Maximum)
        {
            return Keep(
                input.Maximum,
                ReplicaReason.AtMaximum,
                Invariant($"Utilization asks for more than the maximum of {input.Maximum} replicas; raise the maximum to meet the demand."));
        }

        var reachable = Math.Max(2L * input.Replicas, input.Replicas + (long)LeastStep);
        var target = (int)Math.Min(Math.Min(needed, input.Maximum), reachable);
        var limited = target < Math.Min(needed, input.Maximum);
        return Keep(
            target,
            limited ? ReplicaReason.ScaleUpLimited : ReplicaReason.ScaleUp,
            Invariant($"Utilization above its target asks for {needed} replicas instead of {input.Replicas}."));
    }

    private static ReplicaDecision Down(ReplicaInput input, double load)
    {
        if (input.Reporting < input.Ready)
        {
            return Keep(input.Replicas, ReplicaReason.MetricsPartial, "The replicas stay: some ready pods do not report their utilization.");
        }

        var target = Math.Max(input.Minimum, (int)Math.Ceiling(input.Ready * load));
        if (input.Replicas == input.Minimum)
        {
            return Keep(input.Minimum, ReplicaReason.AtMinimum, Invariant($"Utilization is below its target at the minimum of {input.Minimum} replicas."));
        }

        if (target >= input.Replicas)
        {
            return Keep(input.Replicas, ReplicaReason.AtTarget, "The replicas stay: one fewer would exceed the target utilization.");
        }

        var since = input.LowSince is { } low && low <= input.Now ? low : input.Now;
        if (input.Now - since >= input.StabilizationWindow)
        {
            return Keep(target, ReplicaReason.ScaleDown, Invariant($"Utilization has asked for fewer than {input.Replicas} replicas long enough."));
        }

        return new ReplicaDecision(
            input.Replicas,
            ReplicaReason.ScaleDownStabilizing,
            Invariant($"Fewer than {input.Replicas} replicas would do since {Quantity.ToClock(since)}; the number falls when that lasts {input.StabilizationWindow.TotalSeconds:0} s."),
            since);
    }

    private static ReplicaDecision Keep(int replicas, ReplicaReason reason, string message) =>
        new(replicas, reason, message, null);

    private static void Validate(ReplicaInput input)
    {
        if (input.Minimum < 0 || input.Maximum < input.Minimum)
        {
            throw new ArgumentException(
                Invariant($"Replicas must have 0 <= minimum <= maximum, not {input.Minimum} and {input.Maximum}."), nameof(input));
        }

        if (!double.IsFinite(input.TargetUtilization) || input.TargetUtilization <= 0)
        {
            throw new ArgumentException(
                Invariant($"The target utilization is {input.TargetUtilization}; it must be above 0."), nameof(input));
        }
    }
}
