using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Serving;

/// <summary>What decides the mix of variants.</summary>
/// <param name="Variants">Accepted variants, at least one, with distinct names, in any order.</param>
/// <param name="AccuracyFloor">Least mean accuracy over the window, from 0 to 1; 0 for none.</param>
/// <param name="Outlook">The zone's intensity now and to come.</param>
/// <param name="Now">The moment of the decision; it may lie after the outlook's.</param>
/// <param name="Window">Progress of the accuracy window.</param>
/// <param name="RequestsPerSecond">Present rate; it is taken to persist where <see cref="Load"/> knows nothing better.</param>
public sealed record MixInput(
    IReadOnlyList<MixVariant> Variants,
    double AccuracyFloor,
    CarbonOutlook Outlook,
    DateTimeOffset Now,
    MixWindow Window,
    double RequestsPerSecond)
{
    /// <summary>How load usually runs over a window.</summary>
    public LoadProfile Load { get; init; } = LoadProfile.Empty;

    /// <summary>The shares in force, or none; they stay while carbon data is stale.</summary>
    public IReadOnlyList<VariantShare> Current { get; init; } = [];
}
