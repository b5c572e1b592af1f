namespace GreenOps.Decisions.Serving;

/// <summary>What was measured of a variant.</summary>
/// <param name="Name">The variant's name.</param>
/// <param name="Accuracy">Accuracy from 0 to 1; null or not a number when it could not be measured.</param>
/// <param name="LatencyP50Milliseconds">Median latency of a request; null when not measured.</param>
/// <param name="LatencyP99Milliseconds">99th percentile of the latency of a request; null when not measured.</param>
public sealed record VariantProfile(
    string Name,
    double? Accuracy,
    double? LatencyP50Milliseconds,
    double? LatencyP99Milliseconds);
