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
    public static ReplicaDecision Decide(ReplicaInput input) => Tell(input, Choose(input));

    /// <summary>The same without the sentence and without allocating.</summary>
    /// <param name="input">Replicas, utilization, bounds and since when fewer would do.</param>
    /// <exception cref="ArgumentException">The bounds contradict each other or the target is not above 0.</exception>
    public static ReplicaMove Choose(in ReplicaInput input)
    {
        Validate(input);
        if (ReplicaSteps.OutsideBounds(input.Replicas, input.Minimum, input.Maximum) is { } outside)
        {
            return outside;
        }

        if (input.Utilization is not { } utilization || input.Reporting == 0)
        {
            return Stay(input, ReplicaReason.MetricsMissing);
        }

        var load = utilization / input.TargetUtilization;
        if (ReplicaSteps.IsNear(load))
        {
            return Stay(input, ReplicaReason.AtTarget);
        }

        return load > 1 ? Up(input, load) : Down(input, load);
    }

    /// <summary>A move with its sentence.</summary>
    /// <param name="input">What it was made of.</param>
    /// <param name="move">The move.</param>
    public static ReplicaDecision Tell(ReplicaInput input, ReplicaMove move) => move.Because(Message(input, move));

    private static string Message(in ReplicaInput input, in ReplicaMove move) => move.Reason switch
    {
        ReplicaReason.MetricsMissing => "The replicas stay: no ready pod reports its utilization.",
        ReplicaReason.MetricsPartial => "The replicas stay: some ready pods do not report their utilization.",
        ReplicaReason.AtTarget => (input.Utilization / input.TargetUtilization) switch
        {
            { } load when ReplicaSteps.IsNear(load) => Invariant($"Utilization is within 10 % of its target of {input.TargetUtilization:0.##}."),
            > 1 => "The replicas stay: those that are starting will carry the load.",
            _ => "The replicas stay: one fewer would exceed the target utilization.",
        },
        ReplicaReason.AtMaximum => Invariant(
            $"Utilization asks for more than the maximum of {input.Maximum} replicas; raise the maximum to meet the demand."),
        ReplicaReason.AtMinimum => Invariant($"Utilization is below its target at the minimum of {input.Minimum} replicas."),
        ReplicaReason.ScaleUp or ReplicaReason.ScaleUpLimited => Invariant(
            $"Utilization above its target asks for {move.Needed} replicas instead of {input.Replicas}."),
        ReplicaReason.ScaleDown => Invariant($"Utilization has asked for fewer than {input.Replicas} replicas long enough."),
        _ => ReplicaSteps.Message(move, input.Replicas, input.Minimum, input.Maximum, input.StabilizationWindow),
    };

    private static ReplicaMove Up(in ReplicaInput input, double load)
    {
        // Pods that do not report count as idle, and pods on their way count as help: neither alone calls for more.
        var needed = (int)Math.Min(int.MaxValue, Math.Ceiling(input.Reporting * load));
        return needed <= input.Replicas ? Stay(input, ReplicaReason.AtTarget) : ReplicaSteps.Up(input.Replicas, needed, input.Maximum);
    }

    private static ReplicaMove Down(in ReplicaInput input, double load)
    {
        if (input.Reporting < input.Ready)
        {
            return Stay(input, ReplicaReason.MetricsPartial);
        }

        var target = Math.Max(input.Minimum, (int)Math.Ceiling(input.Ready * load));
        if (input.Replicas == input.Minimum)
        {
            return Stay(input, ReplicaReason.AtMinimum);
        }

        return target >= input.Replicas
            ? Stay(input, ReplicaReason.AtTarget)
            : ReplicaSteps.Down(input.Replicas, target, input.Now, input.LowSince, input.StabilizationWindow);
    }

    private static ReplicaMove Stay(in ReplicaInput input, ReplicaReason reason) => ReplicaSteps.Keep(input.Replicas, reason, input.Replicas);

    private static void Validate(in ReplicaInput input)
    {
        ReplicaSteps.RequireBounds(input.Minimum, input.Maximum, nameof(input));
        if (!double.IsFinite(input.TargetUtilization) || input.TargetUtilization <= 0)
        {
            throw new ArgumentException(
                Invariant($"The target utilization is {input.TargetUtilization}; it must be above 0."), nameof(input));
        }
    }
}
