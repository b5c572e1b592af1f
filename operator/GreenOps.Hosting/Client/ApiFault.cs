using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>Reads what an exception says about the API server.</summary>
internal static class ApiFault
{
    /// <summary>What to tell people: the server's own sentence where there is one.</summary>
    public static string Describe(Exception error)
    {
        if (Refusal(error) is not { } refusal)
            return error.Message;
        var said = refusal.Response.Content ?? "";
        try
        {
            said = KubernetesJson.Deserialize<V1Status>(said).Message ?? said;
        }
        catch (JsonException)
        {
            // A proxy's page, or nothing: told as it is.
        }
        return $"The API server answered {(int)refusal.Response.StatusCode}: {said}";
    }

    /// <summary>
    /// What many objects share and none can help: the server or the way to it is in trouble, or somebody wrote first. The name of
    /// that cause; null when the fault is the object's or the controller's own.
    /// </summary>
    public static string? Cause(Exception? error) => error switch
    {
        null => null,
        HttpOperationException { Response.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError } refusal
            => $"HTTP {(int)refusal.Response.StatusCode}",
        HttpRequestException or IOException or OperationCanceledException or TimeoutException => error.GetType().Name,
        _ => Cause(error.InnerException),
    };

    /// <summary>True when somebody wrote first: everyday, and over with the next look.</summary>
    public static bool IsConflict(Exception? error) => Refusal(error)?.Response.StatusCode == HttpStatusCode.Conflict;

    /// <summary>How long the server asks to be left alone; null when it does not ask.</summary>
    public static TimeSpan? RetryAfter(Exception? error, DateTimeOffset now)
    {
        if (error is ApiException { RetryAfter: { } known })
            return known;
        var values = Refusal(error)?.Response.Headers?.FirstOrDefault(header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value;
        return RetryConditionHeaderValue.TryParse(values?.FirstOrDefault(), out var header) ? RetryAfter(header, now) : null;
    }

    /// <inheritdoc cref="RetryAfter(Exception?, DateTimeOffset)"/>
    public static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now) =>
        (header?.Delta ?? header?.Date - now) is { } wait && wait > TimeSpan.Zero ? wait : null;

    private static HttpOperationException? Refusal(Exception? error)
    {
        while (error is not null and not HttpOperationException)
            error = error.InnerException;
        return error as HttpOperationException is { Response: not null } refusal ? refusal : null;
    }
}
