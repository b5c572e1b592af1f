namespace GreenOps.Decisions.Carbon;

/// <summary>What a zone's status says, from which an outlook is built.</summary>
/// <param name="Signal">What the intensities measure.</param>
/// <param name="ObservedAt">When <paramref name="Current"/> was measured.</param>
/// <param name="Current">The latest measured intensity.</param>
/// <param name="Forecast">Forecast points in any order; may be empty, and may start in the past.</param>
/// <param name="ForecastSource">Where the points come from, such as <c>Provider</c> or <c>Blend</c>.</param>
/// <param name="Now">The moment to describe.</param>
/// <param name="StaleAfter">Age beyond which the measurement no longer counts.</param>
public sealed record OutlookInput(
    SignalKind Signal,
    DateTimeOffset ObservedAt,
    GramsPerKilowattHour Current,
    IReadOnlyList<CarbonSample> Forecast,
    string ForecastSource,
    DateTimeOffset Now,
    TimeSpan StaleAfter)
{
    /// <summary>
    /// Length of a slot; when null, the shortest distance between two forecast points, or an hour when there are
    /// fewer than two.
    /// </summary>
    public TimeSpan? Step { get; init; }
}
