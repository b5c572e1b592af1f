using GreenOps.Api.Zones;
using k8s.Models;

namespace GreenOps.Operator.Carbon;

/// <summary>The provider of a recorded or synthetic series.</summary>
public sealed class TraceReader(IConfigMapReader configMaps)
{
    private const int MostSlots = 96;

    /// <summary>What the series says of the present slot, with the slots around it.</summary>
    public async Task<CarbonReading> ReadAsync(CarbonZone zone, TraceProvider provider, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var trace = CarbonTrace.Parse(await configMaps.ReadAsync(provider.ConfigMapRef, cancellationToken));
        return provider.Replay is { } replay
            ? Replay(zone, provider, trace, replay, now)
            : Recorded(provider, trace, now);
    }

    /// <summary>The series at its own time stamps.</summary>
    private static CarbonReading Recorded(TraceProvider provider, CarbonTrace trace, DateTimeOffset now)
    {
        var index = (now - trace.Start).Ticks / trace.Slot.Ticks;
        if (now < trace.Start || index >= trace.Values.Count)
        {
            var end = trace.Start + (trace.Slot * trace.Values.Count);
            throw new CarbonDataException(CarbonFaults.TraceEnded, $"The trace runs from {trace.Start:u} to {end:u} and has no value for {now:u}; set provider.trace.replay to play it over and over.");
        }

        IntensityPoint Point(long slot) => new() { At = trace.Start + (trace.Slot * slot), GramsPerKWh = trace.Values[(int)slot] };
        var from = Math.Max(0, index - MostSlots + 1);
        var to = Math.Min(trace.Values.Count - 1, index + MostSlots);
        return Reading(
            [.. Range(from, index).Select(Point)],
            [.. Range(index + 1, to).Select(Point)],
            trace.Slot,
            provider.Source);
    }

    /// <summary>
    /// The series over and over, faster by the replay's speed. Slots lie on whole multiples of their length since the
    /// epoch, where decisions expect them.
    /// </summary>
    private static CarbonReading Replay(CarbonZone zone, TraceProvider provider, CarbonTrace trace, TraceReplay replay, DateTimeOffset now)
    {
        var slot = TimeSpan.FromMilliseconds(Math.Max(1, Math.Round(trace.Slot.TotalMilliseconds / replay.Speed)));
        var startAt = replay.StartAt ?? Created(zone) ?? now;
        var first = startAt.UtcTicks / slot.Ticks;
        var present = now.UtcTicks / slot.Ticks;
        var count = trace.Values.Count;
        IntensityPoint Point(long index) => new()
        {
            At = new DateTimeOffset(index * slot.Ticks, TimeSpan.Zero),
            GramsPerKWh = trace.Values[(int)(((index - first) % count + count) % count)],
        };
        return Reading(
            [.. Range(present - MostSlots + 1, present).Select(Point)],
            [.. Range(present + 1, present + Math.Min(MostSlots, count)).Select(Point)],
            slot,
            replay.Speed == 1 ? provider.Source : $"{provider.Source}, replayed {replay.Speed}x");
    }

    private static CarbonReading Reading(IReadOnlyList<IntensityPoint> history, IReadOnlyList<IntensityPoint> forecast, TimeSpan slot, string source) =>
        new(history[^1].GramsPerKWh, history[^1].At, slot, source)
        {
            History = history,
            Forecast = forecast,
            NextAt = history[^1].At + slot,
        };

    private static IEnumerable<long> Range(long from, long to)
    {
        for (var i = from; i <= to; i++)
        {
            yield return i;
        }
    }

    private static DateTimeOffset? Created(CarbonZone zone) =>
        zone.CreationTimestamp() is { } created ? new DateTimeOffset(DateTime.SpecifyKind(created, DateTimeKind.Utc)) : null;
}
