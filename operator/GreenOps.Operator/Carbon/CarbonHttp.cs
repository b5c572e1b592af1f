using System.Net;
using System.Text.Json;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace GreenOps.Operator.Carbon;

/// <summary>
/// Asks providers over HTTP and turns everything that can go wrong into a reason and a sentence. Retries, time-outs and the
/// circuit are the client's (<see cref="CarbonSetup"/>).
/// </summary>
/// <param name="clients">Where the client comes from, under <see cref="ClientName"/>.</param>
/// <param name="time">The clock, for dates in Retry-After.</param>
public sealed class CarbonHttp(IHttpClientFactory clients, TimeProvider time)
{
    /// <summary>Name of the HTTP client.</summary>
    public const string ClientName = "carbon";

    private const int LongestQuote = 200;

    private static readonly TimeSpan LongestExtra = TimeSpan.FromSeconds(10);

    private static readonly string[] WordFields = ["message", "error", "detail", "title"];

    /// <summary>The answer; null when the provider says that there is no content (204).</summary>
    /// <exception cref="CarbonDataException">There is no usable answer.</exception>
    public async Task<JsonAnswer?> GetAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        var (status, retryAfter, body) = await SendAsync(call, cancellationToken);
        return status switch
        {
            HttpStatusCode.NoContent => null,
            >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous => JsonAnswer.Parse(call, body),
            _ => throw Refusal(call, status, retryAfter, Words(call, body)),
        };
    }

    /// <summary>As <see cref="GetAsync"/>, for what need not be there; a lack of it is told instead of thrown, and soon.</summary>
    public async Task<(JsonAnswer? Answer, CarbonDataException? Shortfall)> TryGetAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        using var limit = new CancellationTokenSource(LongestExtra, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return (await GetAsync(call, either.Token), null);
        }
        catch (CarbonDataException shortfall)
        {
            return (null, shortfall);
        }
        catch (OperationCanceledException error) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, new CarbonDataException(CarbonFaults.TimedOut, $"{call.Provider} at {Host(call)} does not answer /{call.Path} in time.", error));
        }
    }

    private async Task<(HttpStatusCode Status, TimeSpan? RetryAfter, string Body)> SendAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var request = new HttpRequestMessage(HttpMethod.Get, call.Address);
            request.Headers.Accept.ParseAdd("application/json");
            if (call.Credentials is { } credentials)
            {
                request.Headers.TryAddWithoutValidation(credentials.Header, credentials.Value);
            }

            using var answer = await client.SendAsync(request, cancellationToken);
            return (answer.StatusCode, RetryAfter(answer, time), await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (BrokenCircuitException error)
        {
            throw new CarbonDataException(CarbonFaults.ProviderUnavailable, $"{call.Provider} at {Host(call)} has failed again and again and is left alone for a while.", error);
        }
        catch (TimeoutRejectedException error)
        {
            throw new CarbonDataException(CarbonFaults.TimedOut, $"{call.Provider} at {Host(call)} does not answer in time; check {call.Field}.baseUrl and the network in between.", error);
        }
        catch (HttpRequestException error)
        {
            throw new CarbonDataException(CarbonFaults.ProviderUnavailable, $"{call.Provider} at {Host(call)} cannot be reached ({Cause(error)}); check {call.Field}.baseUrl and the network in between.", error);
        }
    }

    /// <summary>How long the answer asks to be left alone.</summary>
    internal static TimeSpan? RetryAfter(HttpResponseMessage? answer, TimeProvider time) => answer?.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } at } => at - time.GetUtcNow(),
        _ => null,
    };

    private static CarbonDataException Refusal(ProviderCall call, HttpStatusCode status, TimeSpan? retryAfter, string words) => status switch
    {
        HttpStatusCode.Unauthorized when call.Credentials is { } credentials => new(
            CarbonFaults.Unauthorized, $"{call.Provider} does not accept the credentials (401){words}; put valid ones into {credentials.Origin}."),
        HttpStatusCode.Unauthorized => new(CarbonFaults.Unauthorized, $"{call.Provider} at {Host(call)} asks for credentials (401){words}; give some in {call.Field}, or an address that needs none."),
        HttpStatusCode.Forbidden => new(CarbonFaults.AccessDenied, $"{call.Provider} does not let this account have /{call.Path} (403){words}; check the plan and the zone in {call.Field}."),
        HttpStatusCode.TooManyRequests => new(CarbonFaults.RateLimited, $"{call.Provider} has been asked too often (429){words}; raise pollIntervalSeconds, or share the account with fewer.") { RetryAfter = retryAfter },
        >= HttpStatusCode.InternalServerError => new(CarbonFaults.ProviderUnavailable, $"{call.Provider} at {Host(call)} answers with an error of its own ({(int)status}){words}.") { RetryAfter = retryAfter },
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => new(CarbonFaults.Redirected, $"{call.Provider} at {Host(call)} sends its callers to another address ({(int)status}), where credentials do not follow; set {call.Field}.baseUrl to the final one."),
        _ => new(CarbonFaults.RequestRefused, $"{call.Provider} refuses /{call.Path} ({(int)status}){words}; check {call.Field}."),
    };

    /// <summary>The provider's own words, where it has some.</summary>
    private static string Words(ProviderCall call, string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var words = WordFields
                .Select(field => document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(field, out var value) ? Text(value) : null)
                .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
            return words is null ? "" : $": {Short(call.Redact(words))}";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object => WordFields.Select(field => value.TryGetProperty(field, out var inner) ? Text(inner) : null).FirstOrDefault(text => text is not null),
        _ => null,
    };

    private static string Short(string words)
    {
        var line = words.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        return line.Length <= LongestQuote ? line : $"{line[..LongestQuote]}...";
    }

    private static string Cause(HttpRequestException error) =>
        error.HttpRequestError == HttpRequestError.Unknown ? "no connection" : error.HttpRequestError.ToString();

    private static string Host(ProviderCall call) => call.Address.GetLeftPart(UriPartial.Authority);
}
