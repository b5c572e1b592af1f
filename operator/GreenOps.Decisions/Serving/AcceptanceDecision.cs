namespace GreenOps.Decisions.Serving;

/// <summary>Whether a variant may serve, and why.</summary>
/// <param name="Accepted">Whether it may serve.</param>
/// <param name="Reason">The reason for machines.</param>
/// <param name="Message">The reason for people, one sentence.</param>
public sealed record AcceptanceDecision(bool Accepted, AcceptanceReason Reason, string Message);
