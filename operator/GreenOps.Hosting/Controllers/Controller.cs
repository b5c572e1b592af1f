using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GreenOps.Hosting;

/// <summary>A controller of whatever kind.</summary>
internal interface IController
{
    /// <summary>What logs and metrics call it.</summary>
    string Name { get; }

    /// <summary>What it has to do and is doing.</summary>
    QueueLoad Load { get; }

    /// <summary>Waits for the caches, then works until cancelled and every worker has come to its end.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>Feeds one <see cref="IEntityController{TEntity}"/> with the keys of the objects to look at, one worker a key.</summary>
internal sealed class Controller<TEntity> : IController
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    // Somebody who writes at the same time is everyday, but not so often in a row.
    private const int EverydayConflicts = 4;

    // A server in trouble must not be left waiting for minutes once it is out of it.
    private static readonly TimeSpan MaxPassingWait = TimeSpan.FromSeconds(30);

    private readonly IEntityController<TEntity> controller;
    private readonly IObjectCache<TEntity> cache;
    private readonly IReadOnlyList<IInformer> sources;
    private readonly HostingOptions options;
    private readonly TimeProvider time;
    private readonly HostingMetrics metrics;
    private readonly ILogger logger;
    private readonly Quieter quieter;
    private readonly Tombstones<TEntity> tombstones = new();
    private readonly WorkQueue<ObjectKey> queue;

    public Controller(
        IEntityController<TEntity> controller,
        Informer<TEntity> informer,
        IEnumerable<EnqueueSource> secondary,
        IOptions<HostingOptions> options,
        TimeProvider time,
        HostingMetrics metrics,
        ILogger<Controller<TEntity>> logger)
    {
        this.controller = controller;
        this.options = options.Value;
        this.time = time;
        this.metrics = metrics;
        this.logger = logger;
        quieter = new(time);
        Name = controller.GetType().Name;
        cache = informer.Cache;
        queue = new(time, new(this.options.MinBackoff, this.options.MaxBackoff), () => metrics.Added(Name), waited => metrics.Waited(Name, waited));
        informer.Subscribe(OnChange);
        sources = [informer, .. secondary.Select(source => source(queue.Add))];
    }

    public string Name { get; }

    public QueueLoad Load => queue.Load;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var source in sources)
            await source.WaitForSyncAsync(cancellationToken);
        Log.WorkersStarting(logger, Name, options.Concurrency);
        await Loops.RunAsync(Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(() => WorkAsync(cancellationToken), CancellationToken.None)));
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
                using var scope = Log.Reconciling(logger, Name, key.Namespace, key.Name);
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
        // What fails while stopping fails because of it, under whatever name.
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            result = "cancelled";
        }
        // Whatever a controller throws is its object's failure, never the worker's end.
        catch (Exception error)
        {
            result = "error";
            Retry(key, ApiFault.Describe(error), error, null);
        }
        finally
        {
            metrics.Reconciled(Name, result, time.GetElapsedTime(started));
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
        var cause = ApiFault.Cause(error);
        // The server's wish counts over the controller's and over the backoff: both know less about its load.
        var wish = ApiFault.RetryAfter(error, time.GetUtcNow());
        var instead = wish > requeueAfter ? wish : requeueAfter ?? wish;
        var (failures, wait) = queue.AddRateLimited(
            key, instead is null ? null : Resync(instead), cause is null ? null : MaxPassingWait);
        metrics.Retried(Name);
        var everyday = ApiFault.IsConflict(error) && failures <= EverydayConflicts;
        var level = !everyday && quieter.Passes(cause ?? $"{key} {problem}") ? LogLevel.Warning : LogLevel.Debug;
        // Where the server is in trouble, a stack trace says nothing.
        Log.ReconcileFailed(logger, level, Name, key, failures, wait, problem, cause is null ? error : null);
    }

    private TimeSpan Resync(TimeSpan? requeueAfter)
    {
        var resync = options.ResyncPeriod * (0.9 + (0.2 * Random.Shared.NextDouble()));
        return requeueAfter < resync ? requeueAfter.Value : resync;
    }
}
