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

    /// <summary>Whether a load, as a share of its target, asks for more replicas.</summary>
    public static bool IsTooMuch(double load) => load > 1 + Tolerance;

    /// <summary>A move that starts no wait for fewer replicas.</summary>
    public static ReplicaMove Keep(int replicas, ReplicaReason reason, int needed) => new(replicas, reason, needed, null);

    /// <summary>The move of a number outside its bounds; null for one within.</summary>
    public static ReplicaMove? OutsideBounds(int replicas, int minimum, int maximum) =>
        Math.Clamp(replicas, minimum, maximum) is var bounded && bounded == replicas
            ? null
            : Keep(bounded, ReplicaReason.OutsideBounds, bounded);

    /// <summary>The step towards more replicas.</summary>
    public static ReplicaMove Up(int replicas, int needed, int maximum)
    {
        if (replicas == maximum)
        {
            return Keep(maximum, ReplicaReason.AtMaximum, needed);
        }

        var wanted = Math.Min(needed, maximum);
        var target = (int)Math.Min(wanted, Math.Max(2L * replicas, replicas + (long)LeastStep));
        return Keep(target, target < wanted ? ReplicaReason.ScaleUpLimited : ReplicaReason.ScaleUp, needed);
    }

    /// <summary>The step towards fewer replicas, once they would have done for the whole window.</summary>
    public static ReplicaMove Down(int replicas, int needed, DateTimeOffset now, DateTimeOffset? lowSince, TimeSpan window)
    {
        var since = lowSince is { } low && low <= now ? low : now;
        return now - since >= window
            ? Keep(needed, ReplicaReason.ScaleDown, needed)
            : new ReplicaMove(replicas, ReplicaReason.ScaleDownStabilizing, needed, since);
    }

    /// <summary>The sentence of a reason that says the same whatever asks.</summary>
    public static string Message(in ReplicaMove move, int replicas, int minimum, int maximum, TimeSpan window) => move.Reason switch
    {
        ReplicaReason.OutsideBounds => Invariant($"{replicas} replicas lie outside {minimum} to {maximum}."),
        ReplicaReason.ScaleDownStabilizing => Invariant(
            $"Fewer than {replicas} replicas would do since {Quantity.ToClock(move.LowSince!.Value)}; the number falls when that lasts {window.TotalSeconds:0} s."),
        _ => throw new ArgumentOutOfRangeException(nameof(move), move.Reason, "The reason has no sentence."),
    };

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
