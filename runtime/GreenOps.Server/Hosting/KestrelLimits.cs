using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GreenOps.Server.Hosting;

/// <summary>What a client may hold of the server: clients that send slowly, or nothing more, lose their connection.</summary>
internal static class KestrelLimits
{
    // A body slower than this, after a moment to begin, keeps memory for nothing.
    private const double LeastBytesPerSecond = 240;
    private static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(130);

    /// <summary>Sets the limits.</summary>
    public static void Apply(KestrelServerLimits limits, ServerOptions options)
    {
        limits.MaxRequestBodySize = options.MaximumRequestBytes;
        limits.MaxConcurrentConnections = options.MaximumConnections;
        limits.MinRequestBodyDataRate = new MinDataRate(LeastBytesPerSecond, RateGrace);
        limits.MinResponseDataRate = new MinDataRate(LeastBytesPerSecond, RateGrace);
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.KeepAliveTimeout = KeepAlive;
    }
}
