using System.Globalization;
using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>
/// The provider of a PromQL query (https://prometheus.io/docs/prometheus/latest/querying/api): one number in a stated unit.
/// Its past is the same query over the last days, by the hour; it has no forecast.
/// </summary>
public sealed class PrometheusReader(CarbonHttp http, ISecretReader secrets)
{
    private const string Name = "Prometheus";
    private const string Field = "provider.prometheus";
    private const string HistoryStep = "3600";

    // The year 2286; later ones are milliseconds.
    private const double LatestSecond = 1e10;

    // As long as Prometheus itself takes a sample for the present.
    private static readonly TimeSpan MostAge = TimeSpan.FromMinutes(5);

    /// <summary>What it says now, and before where that is missing.</summary>
    public async Task<CarbonReading> ReadAsync(CarbonZone zone, PrometheusProvider provider, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var source = $"{Name}, {provider.Query}";
        var call = new ProviderCall(Name, Field, provider.BaseUrl, "")
        {
            Query = [("query", provider.Query)],
            Credentials = provider switch
            {
                { TokenSecretRef: { } token } => await ProviderCredentials.BearerAsync(secrets, token, cancellationToken),
                { BasicAuthSecretRef: { } login } => await ProviderCredentials.BasicAsync(secrets, login, cancellationToken),
                _ => null,
            },
        };
        List<IntensityPoint> measured = [Present(await http.GetAsync(call with { Path = "api/v1/query" }, cancellationToken), provider, now)];
        CarbonDataException? shortfall = null;
        if (KnownHistory.MissingFrom(zone, source, now) is { } from)
        {
            var range = call with
            {
                Path = "api/v1/query_range",
                Query = [.. call.Query, ("start", Seconds(from)), ("end", Seconds(HourlyReading.StartOf(now))), ("step", HistoryStep)],
            };
            (var past, shortfall) = await http.TryGetAsync(range, cancellationToken);
            measured.AddRange(past is { } answer ? Past(answer, provider) : []);
        }

        return HourlyReading.Of(new ProviderData(Name, Field, source) { Measured = measured, Shortfall = shortfall }, now);
    }

    private static IntensityPoint Present(JsonAnswer? answer, PrometheusProvider provider, DateTimeOffset now)
    {
        var data = Data(answer);
        var result = data["result"];
        var sample = data.Text("resultType") switch
        {
            "scalar" => result,
            "vector" => result.List().ToList() switch
            {
                [] => throw data.Fault(CarbonFaults.ValueMissing, $"the query gives nothing: the series is not there, or had no sample in the last five minutes; check {Field}.query."),
                [var only] => only["value"],
                var many => throw data.Fault(CarbonFaults.AnswerInvalid, $"the query gives {many.Count} series and one is needed; select one by its labels, or write avg(...) around {Field}.query."),
            },
            var other => throw data.Fault(CarbonFaults.AnswerInvalid, $"the query gives a {other}; write {Field}.query so that it gives an instant vector or a scalar."),
        };
        var point = Point(sample, provider)
            ?? throw data.Fault(CarbonFaults.ValueMissing, $"the query gives {sample.List().ElementAt(1).Text()}, which is no intensity; check {Field}.query.");
        return point.At < now - MostAge
            ? throw data.Fault(CarbonFaults.ValueMissing, $"the query gives a value of {point.At:u}, which is too old to be the present one; check the clock of Prometheus and {Field}.query.")
            : point;
    }

    private static IEnumerable<IntensityPoint> Past(JsonAnswer answer, PrometheusProvider provider) =>
        from series in Data(answer)["result"].List().Take(1)
        from sample in series["values"].List()
        let point = Point(sample, provider)
        where point is not null
        select point;

    private static JsonAnswer Data(JsonAnswer? answer) => answer is { } given
        ? given["data"]
        : throw new CarbonDataException(CarbonFaults.AnswerInvalid, $"{Name} answers with nothing; check {Field}.baseUrl.");

    /// <summary>A sample is a pair of a time and a value, which is a text because JSON has no infinity; null when it is no intensity.</summary>
    private static IntensityPoint? Point(JsonAnswer sample, PrometheusProvider provider)
    {
        var pair = sample.List().ToList();
        if (pair.Count != 2)
        {
            throw sample.Fault(CarbonFaults.AnswerInvalid, $"a sample has {pair.Count} parts and should have a time and a value; check {Field}.baseUrl.");
        }

        return double.TryParse(pair[1].Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and < CarbonUnits.Unbelievable
            ? new IntensityPoint
            {
                At = Time(pair[0]),
                GramsPerKWh = CarbonUnits.ToGramsPerKWh(value, provider.Unit).Value,
            }
            : null;
    }

    private static DateTimeOffset Time(JsonAnswer seconds) => seconds.Number() is var time and >= 0 and < LatestSecond
        ? DateTimeOffset.FromUnixTimeMilliseconds((long)(time * 1000))
        : throw seconds.Fault(CarbonFaults.AnswerInvalid, $"a sample's time is no time in seconds since 1970; check {Field}.baseUrl.");

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
