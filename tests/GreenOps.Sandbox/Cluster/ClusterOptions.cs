using GreenOps.Sandbox.Cluster.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace GreenOps.Sandbox.Cluster;

/// <summary>How a sandbox cluster is set up.</summary>
public sealed record ClusterOptions
{
    /// <summary>The folder for claims, pods and logs. Claims of an earlier run are found again under their names.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The programs that stand for images.</summary>
    public required ImageCatalogue Images { get; init; }

    /// <summary>The port of the API server; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>A file for the API server's audit log; null for none.</summary>
    public string? AuditPath { get; init; }

    /// <summary>The wait before a Job's first retry; doubles up to sixtyfold. Kubernetes waits 10 s.</summary>
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before a container's second restart; doubles up to thirtyfold. Kubernetes waits 10 s.</summary>
    public TimeSpan CrashBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Set for a hollow node, which runs nothing; null for one that runs pods as processes.</summary>
    public HollowNodeOptions? Hollow { get; init; }

    /// <summary>How long pods may take to end when the sandbox stops, before they are killed.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The folder behind a claim.</summary>
    public string ClaimFolder(string ns, string claim) => Path.Join(DataFolder, "claims", ns, claim);
}
