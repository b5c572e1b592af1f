using System.Globalization;

namespace GreenOps.Server.Protocol;

/// <summary>A request cannot be answered; the message is a sentence for the client.</summary>
/// <param name="status">The HTTP status of the answer.</param>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="retryAfter">When to try again; null when that would change nothing.</param>
internal sealed class ProtocolException(int status, string message, TimeSpan? retryAfter = null) : Exception(message)
{
    /// <summary>The HTTP status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>When to try again; null when that would change nothing.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>400: the request contradicts the protocol or the model.</summary>
    public static ProtocolException BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>404: what the URL names is not here.</summary>
    public static ProtocolException NotFound(string message) => new(StatusCodes.Status404NotFound, message);

    /// <summary>429: too much waits already.</summary>
    /// <param name="waiting">Rows that wait.</param>
    /// <param name="wait">How long it takes until they are served.</param>
    public static ProtocolException Overloaded(int waiting, TimeSpan wait) => new(
        StatusCodes.Status429TooManyRequests,
        string.Create(CultureInfo.InvariantCulture, $"{waiting} rows wait for an inference already, which takes {wait.TotalMilliseconds:0} ms; try again later."),
        wait);

    /// <summary>504: the request's time was over before its turn came.</summary>
    /// <param name="timeout">The time it gave.</param>
    public static ProtocolException DeadlineExceeded(TimeSpan timeout) => new(
        StatusCodes.Status504GatewayTimeout,
        string.Create(CultureInfo.InvariantCulture, $"The request's time of {timeout.TotalMilliseconds:0.###} ms was over before its turn came; it was not computed."));
}
