using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Serving;

/// <summary>What decides how a model is served.</summary>
/// <param name="Pair">The variants around the accuracy floor.</param>
/// <param name="Outlook">The zone's intensity now and to come.</param>
/// <param name="Now">The moment of the decision; it may lie after the outlook's.</param>
/// <param name="Window">Progress of the accuracy window.</param>
/// <param name="RequestsPerSecond">Present rate.</param>
/// <param name="Load">How load usually runs over a window.</param>
/// <param name="LowPercent">Percent of the traffic that the pair's cheaper variant has now; null when the pair does not serve.</param>
/// <param name="Replicas">Replicas, their utilization and their bounds.</param>
public readonly record struct ServingInput(
    VariantPair Pair,
    CarbonOutlook Outlook,
    DateTimeOffset Now,
    MixWindow Window,
    double RequestsPerSecond,
    LoadProfile Load,
    int? LowPercent,
    ReplicaInput Replicas);
