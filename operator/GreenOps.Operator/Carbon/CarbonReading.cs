using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>What a provider says of a zone at one moment.</summary>
/// <param name="GramsPerKWh">Intensity now.</param>
/// <param name="ObservedAt">Start of the slot that the value is for.</param>
/// <param name="Slot">Length of a slot.</param>
/// <param name="Source">Where the value is from; another source is another history.</param>
public sealed record CarbonReading(double GramsPerKWh, DateTimeOffset ObservedAt, TimeSpan Slot, string Source)
{
    /// <summary>Measured slots, oldest first, the present one last; may be empty.</summary>
    public IReadOnlyList<IntensityPoint> History { get; init; } = [];

    /// <summary>The provider's own forecast of the coming slots, the next one first; may be empty.</summary>
    public IReadOnlyList<IntensityPoint> Forecast { get; init; } = [];

    /// <summary>When the provider has something new; null when the poll interval decides.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Why the history or the forecast could not be had beside the value; null when nothing is missing.</summary>
    public CarbonDataException? Shortfall { get; init; }
}
