using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Serving;

/// <summary>The share of the low variant of a pair, and why; made without allocating.</summary>
/// <param name="LowShare">The share, from 0 to 1.</param>
/// <param name="Cap">The largest share that holds the floor over the window.</param>
/// <param name="Reason">The reason.</param>
internal readonly record struct MixChoice(double LowShare, double Cap, MixReason Reason)
{
    /// <summary>Makes the choice.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="outlook">Intensities to come.</param>
    /// <param name="now">The moment.</param>
    /// <param name="window">Progress of the window.</param>
    /// <param name="rate">Present requests per second.</param>
    /// <param name="load">How load usually runs over a window.</param>
    /// <param name="lastLowShare">The share in force; it stays while carbon data is stale.</param>
    public static MixChoice Make(
        VariantPair pair, CarbonOutlook outlook, DateTimeOffset now, in MixWindow window, double rate, LoadProfile load, double? lastLowShare)
    {
        if (pair.Settled is { } settled)
        {
            return new MixChoice(1, 1, settled);
        }

        var allowance = AccuracyBudget.Now(outlook, now, window.Running, rate, load, pair.Quota);
        if (outlook.Stale)
        {
            allowance = allowance with { Wanted = lastLowShare ?? pair.Quota };
        }

        return new MixChoice(allowance.Share, allowance.Cap, ReasonOf(outlook.Stale, rate, allowance));
    }

    private static MixReason ReasonOf(bool stale, double rate, in AccuracyBudget.Allowance allowance) => allowance switch
    {
        _ when stale => MixReason.CarbonDataStale,
        _ when rate <= 0 => MixReason.NoTraffic,
        { Exhausted: true } => MixReason.FloorLimits,
        { Wanted: <= 0 } => MixReason.CarbonLow,
        _ when allowance.Cap < allowance.Wanted => MixReason.FloorLimits,
        { Wanted: >= 1 } => MixReason.CarbonHigh,
        _ => MixReason.Balanced,
    };
}
