using GreenOps.Api;
using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>What a zone's status should say.</summary>
/// <param name="Status">The status.</param>
/// <param name="Events">What to tell the people who watch.</param>
/// <param name="RequeueAfter">When to look at the zone again.</param>
public sealed record CarbonZonePlan(CarbonZoneStatus Status, IReadOnlyList<PlannedEvent> Events, TimeSpan RequeueAfter);

/// <summary>Turns what a provider said, or the lack of it, into a zone's status.</summary>
public static class CarbonZonePlanner
{
    private const string Answered = "Answered";
    private const string ForecastUnavailable = "ForecastUnavailable";
    private const string NoData = "NoData";
    private const string ReadFailed = "ReadFailed";

    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(100);

    /// <summary>The plan. Without a reading the last value stays, and is stale once it is too old.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="poll">What the provider said.</param>
    /// <param name="now">The moment.</param>
    public static CarbonZonePlan Plan(CarbonZone zone, ZonePoll poll, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(poll);
        var status = poll.Reading is { } reading ? Of(zone, reading, poll.NextAt is not null, now) : zone.Status ?? new CarbonZoneStatus();
        var polled = Polled(zone, poll);
        var (ready, reason, message) = Verdict(zone, status, polled, now);
        var condition = Condition(zone, ConditionTypes.Ready, (ready, reason, message), now);
        return new CarbonZonePlan(
            status with
            {
                ObservedGeneration = zone.Metadata.Generation,
                NextPollAt = poll.NextAt,
                Conditions = polled is { } told ? [Condition(zone, ConditionTypes.Polled, told, now), condition] : [condition],
            },
            Events(zone, polled, ready, reason, message),
            Wait(zone, status, poll, now));
    }

    private static CarbonZoneStatus Of(CarbonZone zone, CarbonReading reading, bool isPolled, DateTimeOffset now)
    {
        var history = isPolled ? ZoneHistory.Merge(zone.Status, reading) : reading.History;
        var forecast = isPolled ? ZoneForecast.Of(zone, reading, history, now) : new ZoneForecast(reading.Forecast, null);
        var trial = ForecastTrial.Of(zone, reading, forecast.Points, history, now);
        return new CarbonZoneStatus
        {
            GramsPerKWh = Round(reading.GramsPerKWh),
            ObservedAt = reading.ObservedAt,
            Source = reading.Source,
            SlotMilliseconds = (long)reading.Slot.TotalMilliseconds,
            History = [.. history.Select(Round)],
            Forecast = [.. forecast.Points.Select(Round)],
            ForecastSource = forecast.Source,
            ForecastBlendFrom = forecast.Source == ForecastSource.Blend ? null : forecast.BlendFrom,
            ForecastErrorRatio = trial.ErrorRatio,
            ForecastOnTrial = trial.Running is { } running ? running with { Points = [.. running.Points.Select(Round)] } : null,
        };
    }

    /// <summary>How the provider answered; what was said last where it was not asked; null where that is not known.</summary>
    private static (bool Holds, string Reason, string Message)? Polled(CarbonZone zone, ZonePoll poll) => poll switch
    {
        { Fault: { } fault } => (false, fault.Reason, fault.Message),
        { Reading.Shortfall: { } shortfall } => (true, ForecastUnavailable, $"The value is read. Its history or forecast is not complete, and the blend stands in: {shortfall.Message}"),
        { Reading: not null } => (true, Answered, "The provider has answered."),
        _ when Previous(zone, ConditionTypes.Polled) is { } before => (before.Status == ConditionStatus.True, before.Reason, before.Message),
        _ => null,
    };

    private static (bool Ready, string Reason, string Message) Verdict(
        CarbonZone zone, CarbonZoneStatus status, (bool Holds, string Reason, string Message)? polled, DateTimeOffset now)
    {
        var fault = polled is { Holds: false } failed ? failed.Message : null;
        return status switch
        {
            { GramsPerKWh: null } => (false, NoData, fault ?? "The provider has given no value yet."),
            { ObservedAt: { } at } when now - at > ZoneOutlook.StaleAfter(zone) =>
                (false, "Stale", $"The last value is from {at:u}: training runs at once and mixes stay. {fault ?? "The provider gives no newer one."}"),
            _ when fault is not null => (true, ReadFailed, $"{fault} The last value still counts."),
            _ => (true, "Fresh", $"The value is fresh ({status.Source})."),
        };
    }

    /// <summary>One event a cause: what a fault makes of the zone is not told beside the fault itself.</summary>
    private static List<PlannedEvent> Events(CarbonZone zone, (bool Holds, string Reason, string Message)? polled, bool ready, string reason, string message)
    {
        List<PlannedEvent> events = [];
        if (polled is { Holds: false } fault && Previous(zone, ConditionTypes.Polled)?.Reason != fault.Reason)
        {
            events.Add(new PlannedEvent(PlannedEvent.Warning, fault.Reason, fault.Message));
        }

        if (Previous(zone, ConditionTypes.Ready)?.Reason != reason && !(polled is { Holds: false } && reason is NoData or ReadFailed))
        {
            events.Add(new PlannedEvent(ready ? PlannedEvent.Normal : PlannedEvent.Warning, reason, message));
        }

        return events;
    }

    private static TimeSpan Wait(CarbonZone zone, CarbonZoneStatus status, ZonePoll poll, DateTimeOffset now)
    {
        var next = poll.NextAt ?? poll.Reading?.NextAt ?? now.AddSeconds(zone.Spec.PollIntervalSeconds);
        var limit = poll.NextAt ?? now.AddSeconds(zone.Spec.PollIntervalSeconds);
        var wait = (next < limit ? next : limit) - now;
        if (status.ObservedAt is { } observed && ZoneOutlook.StaleAfter(zone) is var age && age < TimeSpan.MaxValue && observed + age >= now && observed + age - now < wait)
        {
            wait = observed + age - now + Soonest;
        }

        return wait < Soonest ? Soonest : wait;
    }

    private static V1Condition Condition(CarbonZone zone, string type, (bool Holds, string Reason, string Message) told, DateTimeOffset now) =>
        ConditionSet.Make(zone.Status?.Conditions, type, told.Holds, told.Reason, told.Message, zone.Metadata.Generation, now);

    private static V1Condition? Previous(CarbonZone zone, string type) =>
        zone.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    private static IntensityPoint Round(IntensityPoint point) => point with { GramsPerKWh = Round(point.GramsPerKWh) };

    private static double Round(double value) => Math.Round(value, 1);
}
