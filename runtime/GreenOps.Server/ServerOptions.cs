using System.Net;
using GreenOps.Contract;

namespace GreenOps.Server;

/// <summary>Everything that is decided before the server starts.</summary>
public sealed record ServerOptions
{
    /// <summary>Folder of the model's artifacts: <c>/artifacts/namespace/model</c>, a folder per variant.</summary>
    public required string Models { get; init; }

    /// <summary>The routing file.</summary>
    public string Routing { get; init; } = ContainerPaths.RoutingTable;

    /// <summary>Address to listen on.</summary>
    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>TCP port; 0 for any free one.</summary>
    public int Port { get; init; } = Ports.Http;

    /// <summary>TCP port of gRPC; 0 for any free one.</summary>
    public int GrpcPort { get; init; } = Ports.Grpc;

    /// <summary>Stated power, for the <c>model</c> source of energy.</summary>
    public PowerSpec Power { get; init; } = PowerSpec.CloudServerCore;

    /// <summary>How long the server goes on serving after the termination signal, so that endpoints can forget it.</summary>
    public TimeSpan DrainDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Allotted processor cores.</summary>
    public required double Cores { get; init; }

    /// <summary>Largest request body, in bytes.</summary>
    public long MaximumRequestBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>How many variants may be in memory at once.</summary>
    public int MaximumLoaded { get; init; } = int.MaxValue;

    /// <summary>Inference slots: the allotted cores, at least one.</summary>
    public int Slots => Math.Max(1, (int)Math.Ceiling(Cores));
}
