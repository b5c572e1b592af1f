using static System.FormattableString;

namespace GreenOps.Decisions.Serving;

/// <summary>
/// Judges variants by what was measured. The full model is judged like any other: it is the baseline of the accuracy
/// loss, yet it serves only if it meets the criteria itself.
/// </summary>
public static class VariantAcceptance
{
    /// <summary>Covers the rounding of decimal strings, so that 0.89 - 0.01 is a floor that 0.88 holds.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Judges one variant.</summary>
    /// <param name="profile">What was measured of it.</param>
    /// <param name="criteria">What it must meet.</param>
    public static AcceptanceDecision Judge(VariantProfile profile, AcceptanceCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(criteria);
        if (profile.Accuracy is not { } accuracy || !double.IsFinite(accuracy))
        {
            return Reject(AcceptanceReason.AccuracyNotMeasured, $"{profile.Name} has no measured accuracy.");
        }

        if (accuracy < criteria.EffectiveFloor - Rounding)
        {
            return Reject(
                AcceptanceReason.BelowAccuracyFloor,
                Invariant($"{profile.Name} has an accuracy of {accuracy:0.####}, below the floor of {criteria.EffectiveFloor:0.####}."));
        }

        return criteria.Latency is { } objective ? JudgeLatency(profile, objective) : Accept(profile);
    }

    private static AcceptanceDecision JudgeLatency(VariantProfile profile, LatencyObjective objective)
    {
        var measured = objective.Percentile == 50 ? profile.LatencyP50Milliseconds : profile.LatencyP99Milliseconds;
        if (measured is not { } latency || !double.IsFinite(latency))
        {
            return Reject(
                AcceptanceReason.LatencyNotMeasured,
                Invariant($"{profile.Name} has no measured latency at percentile {objective.Percentile}."));
        }

        return latency > objective.Milliseconds
            ? Reject(
                AcceptanceReason.AboveLatencyObjective,
                Invariant($"{profile.Name} takes {latency:0.###} ms at percentile {objective.Percentile}, above the objective of {objective.Milliseconds:0.###} ms."))
            : Accept(profile);
    }

    private static AcceptanceDecision Accept(VariantProfile profile) =>
        new(true, AcceptanceReason.MeetsCriteria, $"{profile.Name} meets the accuracy floor and the latency objective.");

    private static AcceptanceDecision Reject(AcceptanceReason reason, string message) => new(false, reason, message);
}
