using static System.FormattableString;

namespace GreenOps.Decisions.Serving;

/// <summary>
/// How a number of replicas moves, whatever asks for it, as the Kubernetes HorizontalPodAutoscaler has it: not within a
/// tolerance of 10 %, up at once by a bounded step, down only after a window.
/// </summary>
internal static class ReplicaSteps
{
    private const double Tolerance = 0.1;
    private const int LeastStep = 4;

    /// <summary>Whether a load, as a share of its target, is near enough to it.</summary>
    public static bool IsNear(double load) => Math.Abs(load - 1) <= Tolerance;

    /// <summary>A decision that starts no wait for fewer replicas.</summary>
    public static ReplicaDecision Keep(int replicas, ReplicaReason reason, string message) => new(replicas, reason, message, null);

    /// <summary>The decision for a number outside its bounds; null for one within.</summary>
    public static ReplicaDecision? OutsideBounds(int replicas, int minimum, int maximum) =>
        Math.Clamp(replicas, minimum, maximum) is var bounded && bounded == replicas
            ? null
            : Keep(bounded, ReplicaReason.OutsideBounds, Invariant($"{replicas} replicas lie outside {minimum} to {maximum}."));

    /// <summary>The step towards more replicas.</summary>
    public static ReplicaDecision Up(int replicas, int needed, int maximum, string message)
    {
        var wanted = Math.Min(needed, maximum);
        var target = (int)Math.Min(wanted, Math.Max(2L * replicas, replicas + (long)LeastStep));
        return Keep(target, target < wanted ? ReplicaReason.ScaleUpLimited : ReplicaReason.ScaleUp, message);
    }

    /// <summary>The decision to wait before the number falls; null once fewer would have done for the whole window.</summary>
    public static ReplicaDecision? Stabilizing(int replicas, DateTimeOffset now, DateTimeOffset? lowSince, TimeSpan window)
    {
        var since = lowSince is { } low && low <= now ? low : now;
        return now - since >= window
            ? null
            : new ReplicaDecision(
                replicas,
                ReplicaReason.ScaleDownStabilizing,
                Invariant($"Fewer than {replicas} replicas would do since {Quantity.ToClock(since)}; the number falls when that lasts {window.TotalSeconds:0} s."),
                since);
    }

    /// <summary>Refuses bounds that contradict each other.</summary>
    /// <exception cref="ArgumentException">They do.</exception>
    public static void RequireBounds(int minimum, int maximum, string parameter)
    {
        if (minimum < 0 || maximum < minimum)
        {
            throw new ArgumentException(Invariant($"Replicas must have 0 <= minimum <= maximum, not {minimum} and {maximum}."), parameter);
        }
    }
}
