namespace GreenOps.Hosting;

/// <summary>The one place that says whether this process leads, has synced and works.</summary>
internal sealed class HostingHealth(Func<IEnumerable<IInformer>> informers, Func<IEnumerable<IController>> controllers) : IHostingHealth
{
    // Every call has a timeout of seconds: a reconcile that runs this long waits for something that will not come.
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(10);

    private volatile bool leading;
    private volatile bool ended;

    public bool CachesSynced => informers().All(informer => informer.HasSynced);

    public string? Fault => ended
        ? "A loop that should run as long as the process has ended; the log says why."
        : Controllers
            .Where(controller => controller.Load.Longest > Stuck)
            .Select(controller => $"A reconcile of {controller.Name} has been running for {controller.Load.Longest}.")
            .FirstOrDefault();

    public bool Leading
    {
        get => leading;
        set => leading = value;
    }

    /// <summary>Every controller of the host.</summary>
    public IEnumerable<IController> Controllers => controllers();

    /// <summary>A loop has ended by itself.</summary>
    public void Ended() => ended = true;
}
