using GreenOps.Api;
using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;

namespace GreenOps.Operator.Planning;

/// <summary>What a zone's status should say.</summary>
/// <param name="Status">The status.</param>
/// <param name="Events">What to tell the people who watch.</param>
/// <param name="RequeueAfter">When to read the provider again.</param>
public sealed record CarbonZonePlan(CarbonZoneStatus Status, IReadOnlyList<PlannedEvent> Events, TimeSpan RequeueAfter);

/// <summary>Turns a reading, or the lack of one, into a zone's status.</summary>
public static class CarbonZonePlanner
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(100);

    /// <summary>The plan. Without a reading the last value stays, and is stale once it is too old.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="reading">What the provider said; null when it had no value.</param>
    /// <param name="fault">Why it had none, in a sentence.</param>
    /// <param name="now">The moment.</param>
    public static CarbonZonePlan Plan(CarbonZone zone, CarbonReading? reading, string? fault, DateTimeOffset now)
    {
        var status = reading is null ? zone.Status ?? new CarbonZoneStatus() : Of(reading);
        var (ready, reason, message) = Verdict(zone, status, fault, now);
        var previous = zone.Status?.Conditions?.FirstOrDefault(condition => condition.Type == ConditionTypes.Ready);
        return new CarbonZonePlan(
            status with
            {
                ObservedGeneration = zone.Metadata.Generation,
                Conditions = [ConditionSet.Make(zone.Status?.Conditions, ConditionTypes.Ready, ready, reason, message, zone.Metadata.Generation, now)],
            },
            previous?.Reason == reason
                ? []
                : [new PlannedEvent(ready ? PlannedEvent.Normal : PlannedEvent.Warning, reason, message)],
            Wait(zone, reading, now));
    }

    private static CarbonZoneStatus Of(CarbonReading reading) => new()
    {
        GramsPerKWh = Round(reading.GramsPerKWh),
        ObservedAt = reading.ObservedAt,
        Source = reading.Source,
        SlotMilliseconds = (long)reading.Slot.TotalMilliseconds,
        History = [.. reading.History.Select(Round)],
        Forecast = [.. reading.Forecast.Select(Round)],
        ForecastSource = reading.ForecastSource,
    };

    private static (bool Ready, string Reason, string Message) Verdict(CarbonZone zone, CarbonZoneStatus status, string? fault, DateTimeOffset now) => status switch
    {
        { GramsPerKWh: null } => (false, "NoData", fault ?? "The provider has given no value yet."),
        { ObservedAt: { } at } when now - at > ZoneOutlook.StaleAfter(zone) =>
            (false, "Stale", $"The last value is from {at:u}. {fault ?? "The provider gives no newer one."}"),
        _ when fault is not null => (true, "ReadFailed", $"{fault} The last value still counts."),
        _ => (true, "Fresh", $"The value is fresh ({status.Source})."),
    };

    private static TimeSpan Wait(CarbonZone zone, CarbonReading? reading, DateTimeOffset now)
    {
        var poll = TimeSpan.FromSeconds(zone.Spec.PollIntervalSeconds);
        if (reading?.NextAt is { } next)
        {
            var untilNext = next - now;
            return untilNext < Soonest ? Soonest : untilNext < poll ? untilNext : poll;
        }

        return poll;
    }

    private static IntensityPoint Round(IntensityPoint point) => point with { GramsPerKWh = Round(point.GramsPerKWh) };

    private static double Round(double value) => Math.Round(value, 1);
}
