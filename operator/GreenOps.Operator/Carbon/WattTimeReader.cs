using System.Collections.Concurrent;
using System.Globalization;
using GreenOps.Api.Zones;

namespace GreenOps.Operator.Carbon;

/// <summary>
/// The provider WattTime, API v3 (https://docs.watttime.org): marginal (co2_moer) or average (co2_aoer) intensities in pounds
/// per megawatt-hour, every five minutes. A login with the account's password gives a token for half an hour.
/// </summary>
public sealed class WattTimeReader(CarbonHttp http, ISecretReader secrets, TimeProvider time)
{
    private const string Name = "WattTime";
    private const string Field = "provider.wattTime";
    private const string PublicUrl = "https://api.watttime.org";
    private const string Unit = "lbs_co2_per_mwh";
    private const string HorizonHours = "72";

    // A token is good for 30 minutes; one that ends during a poll would cost a request.
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(25);

    // Where there is no forecast to begin with the present, the end of the past stands for it.
    private static readonly TimeSpan RecentPast = TimeSpan.FromHours(2);

    private readonly ConcurrentDictionary<(string Url, string Login), (string Token, DateTimeOffset Until)> tokens = new();

    /// <summary>What it says now: the forecast, which begins with the present five minutes, and the past where it is missing.</summary>
    public async Task<CarbonReading> ReadAsync(CarbonZone zone, WattTimeProvider provider, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var source = $"{Name} {provider.Region}, {provider.SignalType}";
        var login = new ProviderCall(Name, Field, provider.BaseUrl ?? PublicUrl, "login")
        {
            Credentials = await ProviderCredentials.BasicAsync(secrets, provider.CredentialsSecretRef, cancellationToken),
        };
        IReadOnlyList<(string, string)> query = [("region", provider.Region), ("signal_type", provider.SignalType)];
        var (coming, shortfall) = await TryGetAsync(login, login with { Path = "v3/forecast", Query = [.. query, ("horizon_hours", HorizonHours)] }, MayLackForecast, cancellationToken);
        var forecast = Points(coming, provider).OrderBy(point => point.At).ToList();
        List<IntensityPoint> measured = [.. forecast.Take(1)];
        if ((KnownHistory.MissingFrom(zone, source, now) ?? (measured.Count == 0 ? now - RecentPast : null)) is { } from)
        {
            var past = login with { Path = "v3/historical", Query = [.. query, ("start", Stamp(from)), ("end", Stamp(now))] };
            var (history, fault) = await TryGetAsync(login, past, _ => measured.Count > 0, cancellationToken);
            measured.AddRange(Points(history, provider));
            shortfall ??= fault;
        }

        return HourlyReading.Of(new ProviderData(Name, Field, source) { Measured = measured, Forecast = forecast, Shortfall = shortfall }, now);
    }

    /// <summary>An account may have the past and no forecast. What is wrong with the service or the password is wrong with both.</summary>
    private static bool MayLackForecast(CarbonDataException fault) => fault.Reason is CarbonFaults.AccessDenied or CarbonFaults.RequestRefused;

    private async Task<(JsonAnswer? Answer, CarbonDataException? Shortfall)> TryGetAsync(
        ProviderCall login, ProviderCall call, Func<CarbonDataException, bool> mayLack, CancellationToken cancellationToken)
    {
        try
        {
            return (await GetAsync(login, call, cancellationToken), null);
        }
        catch (CarbonDataException fault) when (mayLack(fault))
        {
            return (null, fault);
        }
    }

    private async Task<JsonAnswer?> GetAsync(ProviderCall login, ProviderCall call, CancellationToken cancellationToken)
    {
        var credentials = login.Credentials!;
        var key = (login.BaseUrl, credentials.Value);
        if (tokens.TryGetValue(key, out var known) && time.GetUtcNow() < known.Until)
        {
            try
            {
                return await http.GetAsync(call with { Credentials = ProviderCredentials.Bearer(known.Token, credentials) }, cancellationToken);
            }
            catch (CarbonDataException fault) when (fault.Reason == CarbonFaults.Unauthorized)
            {
                // The token has ended sooner than it should; a new one tells whether the account is at fault.
            }
        }

        var token = await LoginAsync(login, cancellationToken);
        tokens[key] = (token, time.GetUtcNow() + TokenLife);
        return await http.GetAsync(call with { Credentials = ProviderCredentials.Bearer(token, credentials) }, cancellationToken);
    }

    private async Task<string> LoginAsync(ProviderCall login, CancellationToken cancellationToken)
    {
        foreach (var ended in tokens.Where(entry => entry.Value.Until < time.GetUtcNow()))
        {
            tokens.TryRemove(ended);
        }

        return (await http.GetAsync(login, cancellationToken))?["token"].Text()
            ?? throw new CarbonDataException(CarbonFaults.AnswerInvalid, $"{Name} answers /login with nothing; check {Field}.baseUrl.");
    }

    private static IEnumerable<IntensityPoint> Points(JsonAnswer? answer, WattTimeProvider provider)
    {
        if (answer is not { } given)
        {
            yield break;
        }

        var meta = given["meta"];
        if (meta.Text("units") is var unit && unit != Unit)
        {
            throw meta.Fault(CarbonFaults.WrongUnit, $"the answer is in {unit ?? "no unit"}, not in {Unit}: a percentile or health damage is no intensity; check {Field}.signalType and baseUrl.");
        }

        if (meta.Text("signal_type") is var signal && signal != provider.SignalType)
        {
            throw meta.Fault(CarbonFaults.SignalMismatch, $"the answer is {signal ?? "of no signal"}, not {provider.SignalType}; check {Field}.signalType and baseUrl.");
        }

        foreach (var point in given["data"].List())
        {
            if (point.Intensity("value") is { } pounds)
            {
                yield return new IntensityPoint { At = point.Time("point_time"), GramsPerKWh = CarbonUnits.ToGramsPerKWh(pounds, CarbonUnit.PoundsPerMWh).Value };
            }
        }
    }

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
