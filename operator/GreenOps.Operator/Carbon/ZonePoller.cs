using System.Collections.Concurrent;
using GreenOps.Api.Zones;
using k8s.Models;

namespace GreenOps.Operator.Carbon;

/// <summary>
/// Asks each zone's provider once in its poll interval, however often the zone is looked at: the quota is one account's for
/// the cluster. When it may be asked again stands in the status, so that a restart asks no sooner; until the status is
/// written, the poller itself remembers what was said.
/// </summary>
public sealed class ZonePoller(CarbonProviders providers, CarbonMetrics metrics)
{
    // A provider that wants more is asked again all the same, and can say so again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, (long? Generation, ZonePoll Poll)> last = new(StringComparer.Ordinal);

    /// <summary>What the provider says, or said since it may be asked.</summary>
    public async Task<ZonePoll> PollAsync(CarbonZone zone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (!CarbonProviders.IsPolled(zone.Spec.Provider))
        {
            return await AskAsync(zone, now, null, cancellationToken);
        }

        if (last.TryGetValue(zone.Uid(), out var known) && known.Generation == zone.Generation() && now < known.Poll.NextAt)
        {
            return known.Poll;
        }

        var interval = TimeSpan.FromSeconds(zone.Spec.PollIntervalSeconds);
        if (zone.Status is { NextPollAt: { } next } status && status.ObservedGeneration == zone.Generation() && now < next && next <= now + LongestWait + interval)
        {
            return new ZonePoll(null, null, next);
        }

        var poll = await AskAsync(zone, now, interval, cancellationToken);
        last[zone.Uid()] = (zone.Generation(), poll);
        return poll;
    }

    /// <summary>Forgets a zone that is gone.</summary>
    public void Forget(string zoneUid) => last.TryRemove(zoneUid, out _);

    private async Task<ZonePoll> AskAsync(CarbonZone zone, DateTimeOffset now, TimeSpan? interval, CancellationToken cancellationToken)
    {
        try
        {
            var reading = await providers.ReadAsync(zone, now, cancellationToken);
            metrics.Polled(zone.Name(), "Answered");
            return new ZonePoll(reading, null, Next(reading.Shortfall));
        }
        catch (CarbonDataException fault)
        {
            metrics.Polled(zone.Name(), fault.Reason);
            return new ZonePoll(null, new CarbonFault(fault.Reason, fault.Message), Next(fault));
        }

        DateTimeOffset? Next(CarbonDataException? fault)
        {
            var wish = fault?.RetryAfter is { } wait ? wait < LongestWait ? wait : LongestWait : TimeSpan.Zero;
            return interval is { } wanted ? WholeSeconds(now + (wish > wanted ? wish : wanted)) : null;
        }
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerSecond) + (at.UtcTicks % TimeSpan.TicksPerSecond == 0 ? 0 : TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
