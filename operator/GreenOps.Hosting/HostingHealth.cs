namespace GreenOps.Hosting;

/// <summary>The one place that says whether this process leads and has synced.</summary>
internal sealed class HostingHealth(Func<IEnumerable<IInformer>> informers) : IHostingHealth
{
    private volatile bool leading;

    public bool CachesSynced => informers().All(informer => informer.HasSynced);

    public bool Leading
    {
        get => leading;
        set => leading = value;
    }
}
