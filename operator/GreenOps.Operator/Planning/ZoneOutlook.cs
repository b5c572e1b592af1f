using GreenOps.Api;
using GreenOps.Api.Zones;
using GreenOps.Decisions;
using GreenOps.Decisions.Carbon;

namespace GreenOps.Operator.Planning;

/// <summary>A carbon zone as decisions want it.</summary>
public static class ZoneOutlook
{
    private static readonly TimeSpan DefaultSlot = TimeSpan.FromHours(1);

    /// <summary>
    /// What the zone says about now and later; null when it has never had a value.
    /// </summary>
    public static CarbonOutlook? Of(CarbonZone? zone, DateTimeOffset now)
    {
        if (zone?.Status is not { GramsPerKWh: { } current, ObservedAt: { } observedAt } status)
        {
            return null;
        }

        var outlook = OutlookBuilder.Build(new OutlookInput(
            Signal(zone),
            observedAt,
            new GramsPerKilowattHour(current),
            Samples(status.Forecast),
            status.ForecastSource?.ToString() ?? "",
            now,
            StaleAfter(zone))
        {
            Step = Slot(status),
        });
        return outlook with { Stale = outlook.Stale || !IsReady(status) };
    }

    /// <summary>The zone's measured intensities; null when it has never had a value.</summary>
    public static CarbonSeries? History(CarbonZone? zone)
    {
        if (zone?.Status is not { GramsPerKWh: { } current, ObservedAt: { } observedAt } status)
        {
            return null;
        }

        IReadOnlyList<IntensityPoint> measured = status.History is { Count: > 0 } history ? history : [new IntensityPoint { At = observedAt, GramsPerKWh = current }];
        return Series(zone, Slot(status), measured);
    }

    /// <summary>Measured intensities of the zone's signal.</summary>
    public static CarbonSeries Series(CarbonZone zone, TimeSpan slot, IReadOnlyList<IntensityPoint> measured) =>
        new(Signal(zone), slot, Samples(measured));

    /// <summary>
    /// Age beyond which a value no longer counts: three readings missed, but at least two slots. A constant never ages.
    /// </summary>
    public static TimeSpan StaleAfter(CarbonZone zone)
    {
        if (zone.Spec.Provider.Static is not null)
        {
            return TimeSpan.MaxValue;
        }

        var readings = TimeSpan.FromSeconds(3 * zone.Spec.PollIntervalSeconds);
        var slots = 2 * Slot(zone.Status);
        return readings > slots ? readings : slots;
    }

    private static SignalKind Signal(CarbonZone zone) =>
        zone.Spec.Signal == SignalType.Marginal ? SignalKind.Marginal : SignalKind.Average;

    private static TimeSpan Slot(CarbonZoneStatus? status) =>
        status?.SlotMilliseconds is { } milliseconds and > 0 ? TimeSpan.FromMilliseconds(milliseconds) : DefaultSlot;

    private static bool IsReady(CarbonZoneStatus status) =>
        status.Conditions?.FirstOrDefault(condition => condition.Type == ConditionTypes.Ready)?.Status == ConditionStatus.True;

    private static List<CarbonSample> Samples(IReadOnlyList<IntensityPoint>? points) =>
        [.. (points ?? []).Select(point => new CarbonSample(point.At, new GramsPerKilowattHour(point.GramsPerKWh)))];
}
