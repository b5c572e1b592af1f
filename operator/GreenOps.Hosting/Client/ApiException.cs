using System.Net;

namespace GreenOps.Hosting;

/// <summary>An answer of the API server that is not a success.</summary>
internal sealed class ApiException(HttpStatusCode status, string message, TimeSpan? retryAfter = null) : Exception(message)
{
    /// <summary>The HTTP status, or the code of the Status object in a watch's stream.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>How long the server asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
