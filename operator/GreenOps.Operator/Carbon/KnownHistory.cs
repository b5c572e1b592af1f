using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>What of a source's past the zone's status remembers, so that a provider is asked only for the rest.</summary>
public static class KnownHistory
{
    // A day is what the free plans tell, and what a forecast from history begins to be one with.
    private const int Enough = 24;

    private static readonly TimeSpan Reach = TimeSpan.FromDays(14);

    /// <summary>
    /// From when on the past must be asked for; null when nothing is missing. The first poll of an hour asks for the one
    /// before it, whose values are complete then.
    /// </summary>
    /// <param name="zone">The zone.</param>
    /// <param name="source">The source in whose words the status must be for its history to count.</param>
    /// <param name="now">The moment.</param>
    public static DateTimeOffset? MissingFrom(CarbonZone zone, string source, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var present = HourlyReading.StartOf(now);
        var known = zone.Status is { History: { } history } status && status.Source == source ? history : [];
        var lastPoll = zone.Status?.NextPollAt?.AddSeconds(-zone.Spec.PollIntervalSeconds);
        if (known.Count > 0 && lastPoll >= present)
        {
            return null;
        }

        return known.Count < Enough || known[^1].At < present - Reach ? present - Reach : known[^1].At;
    }
}
