using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>Finds the provider that a zone asks for.</summary>
public sealed class CarbonProviders(
    TraceReader trace,
    ElectricityMapsReader electricityMaps,
    WattTimeReader wattTime,
    UkCarbonIntensityReader ukCarbonIntensity,
    CarbonAwareSdkReader carbonAwareSdk,
    PrometheusReader prometheus,
    TimeProvider time)
{
    /// <summary>A poll is given up after this, or after the poll interval where that is shorter.</summary>
    public static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(60);

    /// <summary>Whether the provider is somebody else's, with a quota and a clock of its own.</summary>
    public static bool IsPolled(CarbonProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return provider is { Static: null, Trace: null };
    }

    /// <summary>What the zone's provider says now.</summary>
    /// <exception cref="CarbonDataException">It has no usable value.</exception>
    public async Task<CarbonReading> ReadAsync(CarbonZone zone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (SignalOf(zone.Spec.Provider) is { } measures && measures != zone.Spec.Signal)
        {
            throw new CarbonDataException(CarbonFaults.SignalMismatch, $"The provider measures {measures} intensities and signal says {zone.Spec.Signal}; make a CarbonZone with signal: {measures}.");
        }

        var interval = TimeSpan.FromSeconds(zone.Spec.PollIntervalSeconds);
        using var limit = new CancellationTokenSource(interval < LongestPoll ? interval : LongestPoll, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await AskAsync(zone, now, either.Token);
        }
        catch (OperationCanceledException error) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CarbonDataException(CarbonFaults.TimedOut, "The provider does not answer in time; check the address in provider and the network in between.", error);
        }
    }

    private Task<CarbonReading> AskAsync(CarbonZone zone, DateTimeOffset now, CancellationToken cancellationToken) => zone.Spec.Provider switch
    {
        { Static: { } constant } => Task.FromResult(StaticReader.Read(zone, constant, now)),
        { Trace: { } series } => trace.ReadAsync(zone, series, now, cancellationToken),
        { ElectricityMaps: { } provider } => electricityMaps.ReadAsync(zone, provider, now, cancellationToken),
        { WattTime: { } provider } => wattTime.ReadAsync(zone, provider, now, cancellationToken),
        { UkCarbonIntensity: { } provider } => ukCarbonIntensity.ReadAsync(zone, provider, now, cancellationToken),
        { CarbonAwareSdk: { } provider } => carbonAwareSdk.ReadAsync(zone, provider, now, cancellationToken),
        { Prometheus: { } provider } => prometheus.ReadAsync(zone, provider, now, cancellationToken),
        _ => throw new CarbonDataException(CarbonFaults.ProviderMissing, "spec.provider names no provider that this operator knows; set exactly one."),
    };

    /// <summary>What a provider measures; null where only the manifest can say.</summary>
    private static SignalType? SignalOf(CarbonProvider provider) => provider switch
    {
        { ElectricityMaps: not null } or { UkCarbonIntensity: not null } => SignalType.Average,
        { WattTime: { } wattTime } => wattTime.SignalType == "co2_moer" ? SignalType.Marginal : SignalType.Average,
        _ => null,
    };
}
