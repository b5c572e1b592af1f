using System.Globalization;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Storage;

namespace GreenOps.Sandbox.Api.Http;

/// <summary>Answers watch requests: what is there (when asked), then every change as it happens.</summary>
internal sealed class ResourceWatcher(ObjectStore store, Answers answers, TimeProvider clock, CancellationToken stopping)
{
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromSeconds(30);

    public async Task WatchAsync(HttpContext http, ResourceRequest request)
    {
        var query = http.Request.Query;
        var fieldSelector = request.Name.Length == 0 ? query["fieldSelector"].ToString() : $"metadata.name={request.Name}";
        var (labels, fields) = (Selectors.Labels(query["labelSelector"]), Selectors.Fields(fieldSelector, request.Type));
        bool Matches(StoredObject item) => labels(item.Value) && fields(item.As(request.Type));
        var version = query["resourceVersion"].ToString();
        var wantsBookmarks = query["allowWatchBookmarks"] == "true";
        var startsFromNow = version is "" or "0";
        var sendInitial = query["sendInitialEvents"].ToString() switch { "true" => true, "false" => false, _ => startsFromNow };
        var (initial, watch, at) = Start(request, version, sendInitial || startsFromNow);

        using var deadline = new CancellationTokenSource(Timeout(query["timeoutSeconds"]), clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping, deadline.Token);
        var stream = answers.WatchStream(http, request.Type);
        if (watch is null)
        {
            await stream.ErrorAsync(ApiStatusException.Expired($"too old resource version: {version} ({at})"), ending.Token);
            return;
        }
        using (watch)
        {
            try
            {
                if (sendInitial)
                {
                    foreach (var item in initial.Where(Matches)) await stream.SendAsync("ADDED", item, ending.Token);
                }
                if (sendInitial && query["sendInitialEvents"] == "true" && wantsBookmarks) await stream.BookmarkAsync(at, initialEventsEnd: true, ending.Token);
                await stream.FlushAsync(ending.Token);
                await FollowAsync(watch, stream, Matches, wantsBookmarks, ending.Token);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // A watch ends by its timeout, by its client or with the server: all regular ends.
            }
        }
    }

    private (IReadOnlyList<StoredObject> Initial, ObjectStore.Watch? Watch, long At) Start(ResourceRequest request, string version, bool fromNow)
    {
        lock (store.Gate)
        {
            var at = store.Version;
            if (fromNow) return (store.List(request.Type.Storage, request.Namespace), store.Subscribe(request.Type.Storage, request.Namespace, at), at);
            if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
                throw ApiStatusException.Invalid("meta.k8s.io", "ListOptions", "", [Schema.FieldError.Invalid("resourceVersion", version, "strconv.ParseUint: parsing \"" + version + "\": invalid syntax")]);
            return ([], store.Subscribe(request.Type.Storage, request.Namespace, after), store.Version);
        }
    }

    private async Task FollowAsync(ObjectStore.Watch watch, WatchStream stream, Func<StoredObject, bool> matches, bool wantsBookmarks, CancellationToken ct)
    {
        using var bookmarkTimer = new PeriodicTimer(BookmarkInterval, clock);
        var bookmarkDue = bookmarkTimer.WaitForNextTickAsync(ct).AsTask();
        var hasChange = watch.Changes.WaitToReadAsync(ct).AsTask();
        while (true)
        {
            if (wantsBookmarks && await Task.WhenAny(hasChange, bookmarkDue) != hasChange)
            {
                await bookmarkDue;
                if (QuietVersion(watch) is { } seen) await stream.BookmarkAsync(seen, initialEventsEnd: false, ct);
                await stream.FlushAsync(ct);
                bookmarkDue = bookmarkTimer.WaitForNextTickAsync(ct).AsTask();
                continue;
            }
            if (!await hasChange) return;
            while (watch.Changes.TryRead(out var change))
            {
                if (Classify(change, matches) is var (kind, item)) await stream.SendAsync(kind, item, ct);
            }
            await stream.FlushAsync(ct);
            hasChange = watch.Changes.WaitToReadAsync(ct).AsTask();
        }
    }

    /// <summary>The version up to which a watch without waiting changes has seen everything.</summary>
    private long? QuietVersion(ObjectStore.Watch watch)
    {
        lock (store.Gate) return watch.Changes.Count == 0 ? store.Version : null;
    }

    /// <summary>What a change means to a watch with a selector: an object that stops matching is deleted from its view.</summary>
    private static (string Kind, StoredObject Item)? Classify(StoreEvent change, Func<StoredObject, bool> matches)
    {
        var before = change.Before is not null && matches(change.Before);
        var after = !change.Deleted && matches(change.After);
        return (before, after) switch
        {
            (false, true) => ("ADDED", change.After),
            (true, true) => ("MODIFIED", change.After),
            (true, false) => ("DELETED", change.After),
            _ => null,
        };
    }

    private static TimeSpan Timeout(string? seconds) =>
        int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0 ? TimeSpan.FromSeconds(given) : TimeSpan.FromMinutes(60);
}
