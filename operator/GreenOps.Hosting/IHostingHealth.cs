namespace GreenOps.Hosting;

/// <summary>What a readiness probe or a test asks about the runtime.</summary>
public interface IHostingHealth
{
    /// <summary>True once every informer has its first complete list.</summary>
    bool CachesSynced { get; }

    /// <summary>True while this process may reconcile: it holds the lease, or leader election is off.</summary>
    bool Leading { get; }
}
