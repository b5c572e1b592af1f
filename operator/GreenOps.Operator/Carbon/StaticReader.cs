using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>The provider of a constant.</summary>
public static class StaticReader
{
    /// <summary>The constant. It has no history and no forecast, so that a zone at rest is written once.</summary>
    public static CarbonReading Read(CarbonZone zone, StaticProvider provider, DateTimeOffset now)
    {
        var unchanged = zone.Status is { GramsPerKWh: { } value, ObservedAt: not null } && value == provider.GramsPerKWh;
        return new CarbonReading(provider.GramsPerKWh, unchanged ? zone.Status!.ObservedAt!.Value : now, TimeSpan.FromHours(1), provider.Source);
    }
}
