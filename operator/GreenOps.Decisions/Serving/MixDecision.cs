namespace GreenOps.Decisions.Serving;

/// <summary>How traffic is split between variants, and why.</summary>
/// <param name="Shares">One share per variant of the input, zeros included, by name in ordinal order; sums to exactly 1.</param>
/// <param name="Reason">The reason for machines.</param>
/// <param name="Message">The reason for people, one sentence.</param>
/// <param name="ExpectedAccuracy">
/// Mean accuracy of requests routed by these shares, from 0 to 1. It may lie below the floor in a dirty hour; the mean
/// over the window does not.
/// </param>
public sealed record MixDecision(
    IReadOnlyList<VariantShare> Shares,
    MixReason Reason,
    string Message,
    double ExpectedAccuracy);
