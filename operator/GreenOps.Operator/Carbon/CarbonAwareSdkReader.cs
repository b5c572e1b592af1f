using System.Globalization;
using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>
/// The provider of a carbon-aware-sdk Web API (https://carbon-aware-sdk.greensoftware.foundation): grams per kilowatt-hour of
/// whatever source it has. Where the source knows nothing it answers 204, and -1 where a single value is missing.
/// </summary>
public sealed class CarbonAwareSdkReader(CarbonHttp http)
{
    private const string Name = "The carbon-aware-sdk";
    private const string Field = "provider.carbonAwareSdk";

    // Sources have limits of their own; a week is within those of all of them.
    private static readonly TimeSpan Reach = TimeSpan.FromDays(7);
    private static readonly TimeSpan Back = TimeSpan.FromHours(3);

    /// <summary>What it says now: the last hours, or the last days where they are missing, and the forecast where the source has one.</summary>
    public async Task<CarbonReading> ReadAsync(CarbonZone zone, CarbonAwareSdkProvider provider, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var source = $"carbon-aware-sdk {provider.Location}";
        var call = new ProviderCall(Name, Field, provider.BaseUrl, "") { Query = [("location", provider.Location)] };
        var from = KnownHistory.MissingFrom(zone, source, now) switch
        {
            null => now - Back,
            { } missing when missing > now - Reach => missing,
            _ => now - Reach,
        };
        var past = await http.GetAsync(
            call with { Path = "emissions/bylocation", Query = [.. call.Query, ("time", Stamp(from)), ("toTime", Stamp(now))] }, cancellationToken);
        var (coming, shortfall) = await http.TryGetAsync(call with { Path = "emissions/forecasts/current" }, cancellationToken);
        return HourlyReading.Of(
            new ProviderData(Name, Field, source)
            {
                Measured = [.. past is { } emissions ? Points(emissions, "time", "rating") : []],
                Forecast = [.. coming is { } forecasts ? forecasts.List().SelectMany(forecast => Points(forecast["forecastData"], "timestamp", "value")) : []],
                Shortfall = shortfall,
            },
            now);
    }

    private static IEnumerable<IntensityPoint> Points(JsonAnswer list, string time, string value) =>
        from entry in list.List()
        let grams = entry.Intensity(value)
        where grams is not null
        select new IntensityPoint { At = entry.Time(time), GramsPerKWh = grams.Value };

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
