using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GreenOps.Hosting;

/// <summary>A controller of whatever kind.</summary>
internal interface IController
{
    /// <summary>Waits for the caches, then works until cancelled and every worker has come to its end.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>Feeds one <see cref="IEntityController{TEntity}"/> with the keys of the objects to look at, one worker a key.</summary>
internal sealed class Controller<TEntity> : IController
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly string name;
    private readonly IEntityController<TEntity> controller;
    private readonly IObjectCache<TEntity> cache;
    private readonly IReadOnlyList<IInformer> sources;
    private readonly HostingOptions options;
    private readonly TimeProvider time;
    private readonly HostingMetrics metrics;
    private readonly ILogger logger;
    private readonly Tombstones<TEntity> tombstones = new();
    private readonly WorkQueue<ObjectKey> queue;

    public Controller(
        IEntityController<TEntity> controller,
        Informer<TEntity> informer,
        IEnumerable<EnqueueSource> secondary,
        HostingOptions options,
        TimeProvider time,
        HostingMetrics metrics,
        ILogger<Controller<TEntity>> logger)
    {
        this.controller = controller;
        this.options = options;
        this.time = time;
        this.metrics = metrics;
        this.logger = logger;
        name = controller.GetType().Name;
        cache = informer.Cache;
        queue = new(time, new(options.MinBackoff, options.MaxBackoff));
        metrics.Observe(name, () => queue.Depth);
        informer.Subscribe(OnChange);
        var all = new List<IInformer> { informer };
        foreach (var source in secondary)
            all.Add(source(queue.Add));
        sources = all;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var source in sources)
            await source.WaitForSyncAsync(cancellationToken);
        Log.WorkersStarting(logger, name, options.Concurrency);
        await Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(() => WorkAsync(cancellationToken), CancellationToken.None)));
    }

    private void OnChange(CacheChange<TEntity> change)
    {
        if (change.Gone is { } gone)
            tombstones.Add(change.Key, gone);
        queue.Add(change.Key);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            ObjectKey key;
            try
            {
                key = await queue.TakeAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            try
            {
                await ProcessAsync(key, cancellationToken);
            }
            finally
            {
                queue.Done(key);
            }
        }
    }

    private async Task ProcessAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var result = "success";
        try
        {
            foreach (var gone in tombstones.Of(key))
            {
                if (!Settle(key, await controller.DeletedAsync(gone, cancellationToken)))
                {
                    result = "failure";
                    return;
                }
                tombstones.Remove(key, gone);
            }
            if (cache.Get(key.Namespace, key.Name) is { } entity
                && !Settle(key, await controller.ReconcileAsync(entity, cancellationToken)))
            {
                result = "failure";
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = "cancelled";
        }
        // Whatever a controller throws is its object's failure, never the worker's end.
        catch (Exception error)
        {
            result = "error";
            Retry(key, error.Message, error, null);
        }
        finally
        {
            metrics.Reconciled(name, result, time.GetElapsedTime(started));
        }
    }

    /// <summary>Queues what a result asks for; true for a success.</summary>
    private bool Settle(ObjectKey key, ReconciliationResult<TEntity> result)
    {
        if (!result.IsSuccess)
        {
            Retry(key, result.ErrorMessage, result.Error, result.RequeueAfter);
            return false;
        }
        queue.Forget(key);
        if (cache.Get(key.Namespace, key.Name) is not null)
            queue.AddAfter(key, Resync(result.RequeueAfter));
        return true;
    }

    private void Retry(ObjectKey key, string problem, Exception? error, TimeSpan? requeueAfter)
    {
        var (failures, wait) = queue.AddRateLimited(key, requeueAfter is null ? null : Resync(requeueAfter));
        metrics.Retried(name);
        Log.ReconcileFailed(logger, name, key, failures, wait, problem, error);
    }

    private TimeSpan Resync(TimeSpan? requeueAfter)
    {
        var resync = options.ResyncPeriod * (0.9 + (0.2 * Random.Shared.NextDouble()));
        return requeueAfter < resync ? requeueAfter.Value : resync;
    }
}
