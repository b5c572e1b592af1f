using System.Net;

using Microsoft.Extensions.Logging.Abstractions;

namespace GreenOps.Sandbox.Api;

/// <summary>What the embedded API server needs from its caller.</summary>
public sealed record KubernetesApiOptions
{
    /// <summary>The address to listen on. Loopback by default: the server asks for no credentials.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The TCP port to listen on; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>The clock behind creation timestamps, ages and managed-field times.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the server logs.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Where <c>pods/log</c> comes from; without one the subresource answers 404.</summary>
    public IPodLogSource? PodLogs { get; init; }

    /// <summary>A file that gets a line of JSON for every request, in the shape of Kubernetes' audit log; null for none.</summary>
    public string? AuditPath { get; init; }

    /// <summary>
    /// How many changes are kept for watches and continue tokens. A client that asks for an older version gets
    /// 410 Gone (Expired) and has to list again.
    /// </summary>
    public int WatchHistory { get; init; } = 10_000;
}
