namespace GreenOps.Hosting;

/// <summary>What a probe or a test asks about the runtime.</summary>
public interface IHostingHealth
{
    /// <summary>True once every informer has its first complete list.</summary>
    bool CachesSynced { get; }

    /// <summary>True while this process may reconcile: it holds the lease, or leader election is off.</summary>
    bool Leading { get; }

    /// <summary>Why only a restart helps: a loop has ended, or a reconcile hangs. Null while all is well, also when the API server is away.</summary>
    string? Fault { get; }
}
