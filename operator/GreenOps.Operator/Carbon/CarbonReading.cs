using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>What a provider says of a zone at one moment.</summary>
/// <param name="GramsPerKWh">Intensity now.</param>
/// <param name="ObservedAt">Start of the slot that the value is for.</param>
/// <param name="Slot">Length of a slot.</param>
/// <param name="History">Measured slots, oldest first, the present one last; may be empty.</param>
/// <param name="Forecast">Coming slots, the next one first; may be empty.</param>
/// <param name="ForecastSource">Who made the forecast; null when there is none.</param>
/// <param name="Source">Where the value is from, in the words of the spec.</param>
/// <param name="NextAt">When the provider has something new; null when the poll interval decides.</param>
public sealed record CarbonReading(
    double GramsPerKWh,
    DateTimeOffset ObservedAt,
    TimeSpan Slot,
    IReadOnlyList<IntensityPoint> History,
    IReadOnlyList<IntensityPoint> Forecast,
    ForecastSource? ForecastSource,
    string Source,
    DateTimeOffset? NextAt);
