using static System.FormattableString;

namespace GreenOps.Decisions.Serving;

/// <summary>The sentence for each reason of a mix between two variants.</summary>
public static class MixMessages
{
    /// <summary>The sentence.</summary>
    /// <param name="reason">Why traffic is split as it is.</param>
    /// <param name="pair">Between what.</param>
    /// <param name="accuracyFloor">Least mean accuracy over the window.</param>
    public static string Of(MixReason reason, VariantPair pair, double accuracyFloor)
    {
        ArgumentNullException.ThrowIfNull(pair);
        var (low, high) = (pair.Low.Name, pair.High.Name);
        return reason switch
        {
            MixReason.FloorUnreachable => Invariant(
                $"All traffic goes to {high}: it is the most accurate variant at {pair.High.Accuracy:0.####}, still below the floor of {accuracyFloor:0.####}."),
            MixReason.OnlyVariant => $"All traffic goes to {high}, the only accepted variant.",
            MixReason.CheapestHoldsFloor => $"All traffic goes to {low}: it uses least energy and holds the accuracy floor.",
            MixReason.CarbonDataStale =>
                $"The carbon data is stale: the last split between {low} and {high} stays as far as the accuracy floor allows.",
            MixReason.NoTraffic => $"There is no traffic to split; {high} stands ready.",
            MixReason.CarbonLow => $"All traffic goes to {high}: the grid is cleaner now than later, so accuracy is saved up.",
            MixReason.FloorLimits => $"As much traffic goes to {low} as the accuracy floor allows, the rest to {high}.",
            MixReason.CarbonHigh => $"All traffic goes to {low}: the grid is dirtier now than later.",
            MixReason.AwaitsReplicas => $"More traffic for {high} waits for the replicas that it needs.",
            _ => $"Traffic is split between {low} and {high} so that mean accuracy holds the floor.",
        };
    }
}
