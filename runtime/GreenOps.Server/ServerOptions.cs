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

    /// <summary>Connections that may be open at once; those beyond are closed at once.</summary>
    public long MaximumConnections { get; init; } = 10_000;

    /// <summary>How many variants may be in memory at once.</summary>
    public int MaximumLoaded { get; init; } = int.MaxValue;

    /// <summary>Latency that the model's owner wants to keep; null when none was stated.</summary>
    public TimeSpan? LatencyObjective { get; init; }

    /// <summary>Rows that may wait for a slot; 0 for as many as are served within <see cref="LongestWait"/>.</summary>
    public int QueueDepth { get; init; }

    /// <summary>How long one run may take before it is ended and its variant taken out.</summary>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether requests are run together where that was measured to pay.</summary>
    public bool Batching { get; init; } = true;

    /// <summary>The longest that a request should wait for a slot: the latency objective, else a second.</summary>
    public TimeSpan LongestWait => LatencyObjective ?? TimeSpan.FromSeconds(1);

    /// <summary>The longest that a batch may take: a request may come while one runs, and then waits for two.</summary>
    public TimeSpan LongestBatch => LongestWait / 2;

    /// <summary>Inference slots: the allotted cores, at least one.</summary>
    public int Slots => Math.Max(1, (int)Math.Ceiling(Cores));
}
