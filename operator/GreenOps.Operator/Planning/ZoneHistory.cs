using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;

namespace GreenOps.Operator.Planning;

/// <summary>What a zone has measured, kept in its status: what the provider tells, and what it told before.</summary>
public static class ZoneHistory
{
    /// <summary>As many slots as the blend looks back over, and a day more.</summary>
    private const int MostSlots = 360;

    /// <summary>The slots of both; where both have one, the newer reading counts. Another source begins anew.</summary>
    public static IReadOnlyList<IntensityPoint> Merge(CarbonZoneStatus? status, CarbonReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var known = status is { History: { } history }
            && status.Source == reading.Source
            && status.SlotMilliseconds == (long)reading.Slot.TotalMilliseconds
                ? history
                : [];
        return [.. reading.History.Concat(known).DistinctBy(point => point.At).OrderBy(point => point.At).TakeLast(MostSlots)];
    }
}
