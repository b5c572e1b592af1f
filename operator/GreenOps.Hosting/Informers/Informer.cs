using System.Net;
using System.Text.Json;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GreenOps.Hosting;

/// <summary>Which objects of a kind to watch.</summary>
/// <param name="Namespace">Those of one namespace, if the kind has namespaces; null for all.</param>
/// <param name="LabelSelector">Those with such labels; null for all.</param>
internal sealed record InformerScope(string? Namespace, string? LabelSelector);

/// <summary>An informer of whatever kind.</summary>
internal interface IInformer
{
    /// <summary>True once the first complete list is in the cache.</summary>
    bool HasSynced { get; }

    /// <summary>Completes when the first complete list is in the cache.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);

    /// <summary>Keeps the cache up to date until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Keeps a cache of one kind: a paged list, then watches that go on from the list's resource version.
/// <code>
///   list ──complete──> watch ──ended, broken, idle, 429, 5xx──> watch again from the last version seen
///    ^                   └──────410, any other refusal, too many in a row──┐
///    └─────────────────────── after a backoff ─────────────────────────────┘
/// </code>
/// </summary>
internal sealed class Informer<T>(
    ResourceApi api,
    InformerScope scope,
    TimeProvider time,
    HostingMetrics metrics,
    ILogger<Informer<T>> logger,
    CacheSettings<T>? settings = null) : IInformer
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private const int PageSize = 200;
    private const int LongList = 5 * PageSize;

    // A server sends a bookmark a minute: twice that without a line means that the connection is dead.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(2);

    // A watch that lived this long worked, even if nothing happened.
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(10);
    // A server that fails this often may have lost the version that the watch asks for.
    private const int MaxResumes = 5;
    private static readonly Backoff Backoff = new(TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(30));

    private readonly ResourceKind kind = ResourceKind.Of<T>();
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Action<CacheChange<T>>> handlers = [];
    private readonly CacheSettings<T> settings = settings ?? CacheSettings<T>.Whole;
    private readonly JsonSerializerOptions reading = ListText<T>.Options(settings ?? CacheSettings<T>.Whole);
    private readonly ObjectCache<T> cache = new(settings?.IndexLabel);

    private string? path;
    private string? version;
    private int? pageSize = PageSize;
    private int failures;
    private string? problem;

    public IObjectCache<T> Cache => cache;

    public bool HasSynced => cache.HasSynced;

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => synced.Task.WaitAsync(cancellationToken);

    /// <summary>Calls a handler for each change, after the cache shows it, on the informer's thread. Subscribe before it runs.</summary>
    public void Subscribe(Action<CacheChange<T>> handler) => handlers.Add(handler);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var wait = TimeSpan.Zero;
            try
            {
                version ??= await ListAsync(cancellationToken);
                await WatchAsync(version, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            // Nothing may end an informer: a reader of its cache could not tell.
            catch (Exception error)
            {
                wait = Recover(error);
            }
            metrics.WatchRestarted(kind.Kind);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        path ??= await api.CollectionPathAsync(kind, scope.Namespace, cancellationToken);
        var items = new List<T>();
        var unreadable = new List<Unreadable>();
        string? next = null;
        ResourcePage<T> page;
        do
        {
            page = await api.ListAsync<T>(kind, path, scope.LabelSelector, pageSize, next, reading, cancellationToken);
            items.AddRange(page.Items);
            unreadable.AddRange(page.Unreadable);
            next = page.Continue;
        }
        while (next is not null);
        foreach (var problem in unreadable)
            Log.Unreadable(logger, kind.Kind, problem.Key, problem.Error);
        var changes = cache.Replace(items, unreadable.Select(problem => problem.Key));
        pageSize = PageSize;
        Log.Listed(logger, kind.Kind, items.Count, page.ResourceVersion);
        foreach (var change in changes)
            Publish(change);
        // What was read of a long list and not kept is partly left in the oldest generation. Later lists must not stop the workers for it.
        if (items.Count >= LongList && !synced.Task.IsCompleted)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        synced.TrySetResult();
        return page.ResourceVersion;
    }

    private async Task WatchAsync(string from, CancellationToken cancellationToken)
    {
        var duration = TimeSpan.FromMinutes(5) * (1 + Random.Shared.NextDouble());
        var opened = time.GetTimestamp();
        var healthy = false;
        try
        {
            await foreach (var happening in api.WatchAsync<T>(kind, path!, scope.LabelSelector, from, duration, IdleTimeout, cancellationToken))
            {
                healthy = true;
                version = happening.ResourceVersion;
                if (happening.Unreadable is { } problem)
                    Log.Unreadable(logger, kind.Kind, problem.Key, problem.Error);
                if (Apply(happening) is { } change)
                    Publish(change);
            }
        }
        finally
        {
            healthy |= time.GetElapsedTime(opened) >= Healthy;
            if (healthy)
                (failures, problem) = (0, null);
        }
        if (!healthy)
            throw new IOException("The watch ended at once.");
    }

    private CacheChange<T>? Apply(ResourceEvent<T> happening) => happening switch
    {
        { Type: WatchEventType.Deleted, Unreadable: { } problem } => cache.Remove(problem.Key),
        { Type: WatchEventType.Deleted, Entity: { } entity } => cache.Remove(ObjectKey.Of(entity), entity),
        { Entity: { } entity } => cache.Set(settings.Kept(entity)),
        _ => null,
    };

    private void Publish(CacheChange<T> change)
    {
        foreach (var handler in handlers)
        {
            try
            {
                handler(change);
            }
            // A handler runs the operator's code; its fault must not cost the others the change.
            catch (Exception error)
            {
                Log.HandlerFailed(logger, kind.Kind, change.Key, error);
            }
        }
    }

    private TimeSpan Recover(Exception error)
    {
        var wait = Backoff.DelayWithJitter(failures++);
        var refusal = error as ApiException;
        var passing = refusal is null || refusal.Status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
        if (refusal?.Status == HttpStatusCode.Gone && version is null)
        {
            // The list's continue token expired: only one big page is sure to outrun the expiry.
            pageSize = null;
        }
        if (!passing || (refusal is not null && failures > MaxResumes))
            version = null;
        if (refusal?.RetryAfter > wait)
            wait = refusal.RetryAfter.Value;
        if (refusal?.Status == HttpStatusCode.Gone)
        {
            Log.Expired(logger, kind.Kind, wait);
            return wait;
        }
        // Told once until it is over. Proxies cut idle streams now and then: only a second failure is worth a person's attention.
        var telling = error.Message != problem && (failures > 1 || !passing);
        if (telling)
            problem = error.Message;
        Log.Interrupted(logger, telling ? LogLevel.Warning : LogLevel.Debug, kind.Kind, failures, wait, error.Message);
        return wait;
    }
}
