using GreenOps.Hosting;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>Keeps the node's pods running: a worker each, told whenever its pod or a ConfigMap or Secret that the pod names has changed.</summary>
internal sealed class Kubelet(
    KubeletContext context, IObjectCache<V1Pod> pods, IObjectCache<V1ConfigMap> configMaps, IObjectCache<V1Secret> secrets)
    : IEntityController<V1Node>, IAsyncDisposable
{
    // Only the reconciliation of the one node touches it, and those never overlap.
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();

    public Task<ReconciliationResult<V1Node>> ReconcileAsync(V1Node entity, CancellationToken cancellationToken)
    {
        var present = pods.List().ToDictionary(pod => pod.Metadata.Uid, StringComparer.Ordinal);
        foreach (var (uid, pod) in present)
        {
            if (!entries.TryGetValue(uid, out var entry))
                entries[uid] = entry = Start(pod);
            var version = VersionOf(pod);
            if (entry.Seen != version)
                entry.Worker.See(pod);
            entry.Seen = version;
        }
        foreach (var uid in entries.Keys.Where(uid => !present.ContainsKey(uid)).ToList())
        {
            entries[uid].Worker.SeeGone();
            if (entries[uid].Running.IsCompleted)
                entries.Remove(uid);
        }
        return Task.FromResult(ReconciliationResult<V1Node>.Success(entity));
    }

    public Task<ReconciliationResult<V1Node>> DeletedAsync(V1Node entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<V1Node>.Success(entity));

    /// <summary>Asks every container to end, kills those that do not in time, and waits for all. No reconciliation may follow.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(entries.Values.Select(entry => entry.Running));
        stopping.Dispose();
    }

    private Entry Start(V1Pod pod)
    {
        var worker = new PodWorker(pod, context);
        return new Entry(worker, Task.Run(() => worker.RunAsync(stopping.Token)));
    }

    private string VersionOf(V1Pod pod)
    {
        var space = pod.Metadata.NamespaceProperty;
        var named = ConfigurationObjects.ConfigMapNames(pod).Select(name => configMaps.Get(space, name)?.Metadata.ResourceVersion)
            .Concat(ConfigurationObjects.SecretNames(pod).Select(name => secrets.Get(space, name)?.Metadata.ResourceVersion));
        return string.Join(' ', named.Prepend(pod.Metadata.ResourceVersion));
    }

    private sealed class Entry(PodWorker worker, Task running)
    {
        public PodWorker Worker { get; } = worker;

        public Task Running { get; } = running;

        public string? Seen { get; set; }
    }
}
