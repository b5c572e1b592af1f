using System.Net;
using System.Net.Sockets;

namespace GreenOps.Benchmarks.Operators;

/// <summary>Ports of 127.0.0.1 that nobody has.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
