using System.Globalization;
using GreenOps.Server.Protocol;
using Grpc.Core;

namespace GreenOps.Server.Rpc;

/// <summary>Refusals as gRPC says them.</summary>
internal static class RpcStatus
{
    /// <summary>Trailer with the seconds after which to try again, as the HTTP header of that name.</summary>
    public const string RetryAfter = "retry-after";

    /// <summary>The status of a refusal.</summary>
    public static RpcException Of(ProtocolException refusal)
    {
        var trailers = new Metadata();
        if (refusal.RetryAfter is { } delay)
        {
            trailers.Add(RetryAfter, Math.Max(1, Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
        }

        return new RpcException(new Status(CodeOf(refusal.Status), refusal.Message), trailers);
    }

    /// <summary>The code that stands for an HTTP status, by the meanings that gRPC gives to its codes.</summary>
    public static StatusCode CodeOf(int httpStatus) => httpStatus switch
    {
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        StatusCodes.Status504GatewayTimeout => StatusCode.DeadlineExceeded,
        >= 400 and < 500 => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };
}
