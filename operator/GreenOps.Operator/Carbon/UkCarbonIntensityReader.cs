using System.Globalization;
using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>
/// The provider of Great Britain's system operator (https://carbon-intensity.github.io/api-definitions): average intensities
/// in grams per kilowatt-hour, by the half hour, with a forecast for two days. For the whole grid the past is what was
/// metered; regions have the operator's estimates only.
/// </summary>
public sealed class UkCarbonIntensityReader(CarbonHttp http)
{
    private const string Name = "GB Carbon Intensity";
    private const string Field = "provider.ukCarbonIntensity";
    private const string PublicUrl = "https://api.carbonintensity.org.uk";

    // What was metered in a half hour is published during or after it.
    private static readonly TimeSpan Back = TimeSpan.FromHours(2);

    // One answer holds at most 14 days.
    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(13.9);

    /// <summary>What it says now: two hours back and two days ahead in one answer, and the past where it is missing.</summary>
    public async Task<CarbonReading> ReadAsync(CarbonZone zone, UkCarbonIntensityProvider provider, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var place = (provider.RegionId, provider.Postcode) switch
        {
            ({ } region, _) => new Place($"region {region}", "regional/intensity", $"/regionid/{region}"),
            (_, { } postcode) => new Place($"postcode {postcode}", "regional/intensity", $"/postcode/{postcode}"),
            _ => new Place("whole grid", "intensity", ""),
        };
        var source = $"{Name}, {place.Name}";
        var call = new ProviderCall(Name, Field, provider.BaseUrl ?? PublicUrl, "");
        var around = await http.GetAsync(call with { Path = $"{place.Before}/{Stamp(now - Back)}/fw48h{place.After}" }, cancellationToken);
        List<Slot> slots = [.. Slots(around)];
        CarbonDataException? shortfall = null;
        if (KnownHistory.MissingFrom(zone, source, now) is { } from)
        {
            var start = from < now - LongestSpan ? now - LongestSpan : from;
            (var past, shortfall) = await http.TryGetAsync(call with { Path = $"{place.Before}/{Stamp(start)}/{Stamp(now)}{place.After}" }, cancellationToken);
            slots.AddRange(Slots(past));
        }

        var byTime = slots.DistinctBy(slot => slot.From).ToLookup(slot => slot.From <= now);
        return HourlyReading.Of(
            new ProviderData(Name, Field, source)
            {
                Measured = [.. byTime[true].SelectMany(slot => Point(slot, place.IsRegion ? slot.Forecast : slot.Actual))],
                Forecast = [.. byTime[false].SelectMany(slot => Point(slot, slot.Forecast))],
                Shortfall = shortfall,
            },
            now);
    }

    private static IEnumerable<IntensityPoint> Point(Slot slot, double? grams) =>
        grams is { } value ? [new IntensityPoint { At = slot.From, GramsPerKWh = value }] : [];

    /// <summary>Regions wrap their slots once more, in an object or in a list of one.</summary>
    private static IEnumerable<Slot> Slots(JsonAnswer? answer)
    {
        if (answer is not { } given)
        {
            return [];
        }

        var data = given["data"];
        return data.IsList
            ? data.List().SelectMany(entry => entry.Text("shortname") is null ? [Read(entry)] : entry["data"].List().Select(Read))
            : data["data"].List().Select(Read);
    }

    private static Slot Read(JsonAnswer entry)
    {
        var intensity = entry["intensity"];
        return new Slot(entry.Time("from"), intensity.Intensity("forecast"), intensity.Intensity("actual"));
    }

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    private sealed record Place(string Name, string Before, string After)
    {
        public bool IsRegion => After.Length > 0;
    }

    private readonly record struct Slot(DateTimeOffset From, double? Forecast, double? Actual);
}
