namespace GreenOps.Server.Protocol;

/// <summary>A request cannot be answered; the message is a sentence for the client.</summary>
internal sealed class ProtocolException(int status, string message) : Exception(message)
{
    /// <summary>The HTTP status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>400: the request contradicts the protocol or the model.</summary>
    public static ProtocolException BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>404: what the URL names is not here.</summary>
    public static ProtocolException NotFound(string message) => new(StatusCodes.Status404NotFound, message);
}
