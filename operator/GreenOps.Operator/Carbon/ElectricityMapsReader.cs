using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>
/// The provider Electricity Maps, API v3 (https://portal.electricitymaps.com/docs/api): average intensities in grams per
/// kilowatt-hour, by the hour.
/// </summary>
public sealed class ElectricityMapsReader(CarbonHttp http, ISecretReader secrets)
{
    private const string Name = "Electricity Maps";
    private const string Field = "provider.electricityMaps";
    private const string PublicUrl = "https://api.electricitymaps.com/v3";
    private const string TokenHeader = "auth-token";
    private const string Unit = "gCO2eq/kWh";

    /// <summary>What it says now: the latest value, the last 24 hours where they are missing, and the forecast where the plan has one.</summary>
    public async Task<CarbonReading> ReadAsync(CarbonZone zone, ElectricityMapsProvider provider, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var factors = provider.EmissionFactors == EmissionFactors.Direct ? "direct" : "lifecycle";
        var source = $"{Name} {provider.Zone}, {factors}";
        var call = new ProviderCall(Name, Field, provider.BaseUrl ?? PublicUrl, "")
        {
            Query = [("zone", provider.Zone), ("emissionFactorType", factors)],
            Credentials = await ProviderCredentials.TokenAsync(secrets, provider.TokenSecretRef, TokenHeader, cancellationToken),
        };
        var latest = await http.GetAsync(call with { Path = "carbon-intensity/latest" }, cancellationToken);
        List<IntensityPoint> measured = [.. latest is { } value ? Points([value], provider, factors) : []];
        CarbonDataException? pastFault = null;
        if (KnownHistory.MissingFrom(zone, source, now) is not null)
        {
            (var past, pastFault) = await http.TryGetAsync(call with { Path = "carbon-intensity/history" }, cancellationToken);
            measured.AddRange(past is { } history ? Points(history["history"].List(), provider, factors) : []);
        }

        var (coming, forecastFault) = await http.TryGetAsync(call with { Path = "carbon-intensity/forecast" }, cancellationToken);
        return HourlyReading.Of(
            new ProviderData(Name, Field, source)
            {
                Measured = measured,
                Forecast = [.. coming is { } forecast ? Points(forecast["forecast"].List(), provider, factors) : []],
                Shortfall = forecastFault ?? pastFault,
            },
            now);
    }

    private static IEnumerable<IntensityPoint> Points(IEnumerable<JsonAnswer> entries, ElectricityMapsProvider provider, string factors)
    {
        foreach (var entry in entries)
        {
            if (entry.Text("zone") is { } zone && zone != provider.Zone)
            {
                throw entry.Fault(CarbonFaults.AnswerInvalid, $"the answer is for zone {zone}, not for {provider.Zone}; check {Field}.zone.");
            }

            if (entry.Text("emissionFactorType") is { } given && given != factors)
            {
                throw entry.Fault(CarbonFaults.WrongUnit, $"the answer counts {given} emissions, not {factors} ones; set {Field}.emissionFactors to what the plan has.");
            }

            if (entry.Text("unit") is { } unit && unit != Unit)
            {
                throw entry.Fault(CarbonFaults.WrongUnit, $"the answer is in {unit}, not in {Unit}; check {Field}.baseUrl.");
            }

            if (entry.Intensity("carbonIntensity") is { } grams)
            {
                yield return new IntensityPoint { At = entry.Time("datetime"), GramsPerKWh = grams };
            }
        }
    }
}
