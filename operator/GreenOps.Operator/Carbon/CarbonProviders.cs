using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>Finds the provider that a zone asks for.</summary>
public sealed class CarbonProviders(TraceReader trace)
{
    /// <summary>What the zone's provider says now.</summary>
    /// <exception cref="CarbonDataException">It has no usable value.</exception>
    public Task<CarbonReading> ReadAsync(CarbonZone zone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return zone.Spec.Provider switch
        {
            { Static: { } constant } => Task.FromResult(StaticReader.Read(zone, constant, now)),
            { Trace: { } series } => trace.ReadAsync(zone, series, now, cancellationToken),
            _ => throw new CarbonDataException("spec.provider names no provider; set exactly one of: static, trace."),
        };
    }
}
