using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>
/// Lists and watches any kind in one way. The client's own calls differ between core, built-in groups and custom resources, and
/// read list items and watch events with different options; this goes through its HttpClient and credentials instead.
/// </summary>
internal sealed class ResourceApi(IKubernetes client, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    // What is read of a page takes more memory than what is kept of it: few kinds read at a time.
    private readonly SemaphoreSlim pages = new(2);

    private readonly Kubernetes client = client as Kubernetes ?? throw new InvalidOperationException(
        $"The registered IKubernetes is a {client.GetType()}: register a k8s.Kubernetes, whose HttpClient the informers use.");

    /// <summary>
    /// The path of the collection to watch: of the namespace if one is given and discovery says that the kind is namespaced, else of
    /// the cluster.
    /// </summary>
    public async Task<string> CollectionPathAsync(ResourceKind kind, string? namespaceName, CancellationToken cancellationToken)
    {
        if (namespaceName is null)
            return kind.CollectionPath(null);
        var resources = await ReadAsync<V1APIResourceList>(kind, kind.GroupPath, SharedText.Options, cancellationToken);
        var resource = resources.Resources.FirstOrDefault(resource => resource.Name == kind.Plural)
            ?? throw new ApiException(HttpStatusCode.NotFound, NotServed(kind));
        return kind.CollectionPath(resource.Namespaced ? namespaceName : null);
    }

    /// <summary>One page of the newest state, or the next page of the state that a continue token stands for.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="path">The collection.</param>
    /// <param name="labelSelector">Which objects; null for all.</param>
    /// <param name="limit">Objects a page; null for all at once.</param>
    /// <param name="continueToken">From the page before; null for the first.</param>
    /// <param name="options">How to read a <see cref="ListText{T}"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The server refused; 410 when the continue token has expired.</exception>
    public async Task<ResourcePage<T>> ListAsync<T>(
        ResourceKind kind,
        string path,
        string? labelSelector,
        int? limit,
        string? continueToken,
        JsonSerializerOptions options,
        CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var uri = WithQuery(path, [
            ("labelSelector", labelSelector),
            ("limit", limit?.ToString(CultureInfo.InvariantCulture)),
            ("continue", continueToken)]);
        await pages.WaitAsync(cancellationToken);
        try
        {
            var page = await ReadAsync<ListText<T>>(kind, uri, options, cancellationToken);
            var items = page.Items ?? [];
            var objects = items.Select(item => item.Entity).OfType<T>().ToList();
            objects.ForEach(kind.Stamp);
            return new(
                objects,
                [.. items.Select(item => item.Unreadable).OfType<Unreadable>()],
                page.Metadata.ResourceVersion,
                string.IsNullOrEmpty(page.Metadata.ContinueProperty) ? null : page.Metadata.ContinueProperty);
        }
        finally
        {
            pages.Release();
        }
    }

    /// <summary>
    /// What happens after a resource version, with bookmarks, until the server ends the stream (after <paramref name="duration"/>) or
    /// nothing has come for <paramref name="idleTimeout"/>.
    /// </summary>
    /// <exception cref="ApiException">The server refused, or sent an ERROR event; 410 when the version is too old.</exception>
    /// <exception cref="IOException">The stream broke off.</exception>
    /// <exception cref="TimeoutException">Nothing came for too long: the connection may be dead.</exception>
    public async IAsyncEnumerable<ResourceEvent<T>> WatchAsync<T>(
        ResourceKind kind,
        string path,
        string? labelSelector,
        string resourceVersion,
        TimeSpan duration,
        TimeSpan idleTimeout,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var uri = WithQuery(path, [
            ("watch", "true"),
            ("labelSelector", labelSelector),
            ("resourceVersion", resourceVersion),
            ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", ((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture))]);
        using var watchdog = new CancellationTokenSource(AnswerLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, watchdog.Token);
        using var answer = await Within(GetAsync(kind, uri, either.Token), AnswerLimit, watchdog);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(either.Token));
        while (true)
        {
            watchdog.CancelAfter(idleTimeout);
            if (await Within(reader.ReadLineAsync(either.Token).AsTask(), idleTimeout, watchdog) is not { } line)
                yield break;
            if (line.Length > 0)
                yield return ReadEvent<T>(kind, line);
        }
    }

    public void Dispose() => pages.Dispose();

    private static async Task<TResult> Within<TResult>(Task<TResult> task, TimeSpan limit, CancellationTokenSource watchdog)
    {
        try
        {
            return await task;
        }
        catch (OperationCanceledException) when (watchdog.IsCancellationRequested)
        {
            throw new TimeoutException($"The API server sent nothing for {limit}.");
        }
    }

    private static ResourceEvent<T> ReadEvent<T>(ResourceKind kind, string line)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        using var document = Parse(line);
        var entity = document.RootElement.GetProperty("object");
        if (!Enum.TryParse<WatchEventType>(document.RootElement.GetProperty("type").GetString(), ignoreCase: true, out var type)
            || type == WatchEventType.Error)
        {
            var status = KubernetesJson.Deserialize<V1Status>(entity);
            var patience = status.Details?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
            throw new ApiException((HttpStatusCode)(status.Code ?? 500), status.Message ?? line, patience);
        }
        var version = entity.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
        if (type == WatchEventType.Bookmark)
            return new(type, null, null, version);
        var item = Read<T>(kind, entity, out var unreadable);
        return new(type, item, unreadable, version);
    }

    private static JsonDocument Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException error)
        {
            throw new IOException("The watch broke off in the middle of an event.", error);
        }
    }

    private static T? Read<T>(ResourceKind kind, JsonElement element, out Unreadable? unreadable)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        unreadable = null;
        try
        {
            var item = element.Deserialize<T>(SharedText.Options)!;
            kind.Stamp(item);
            return item;
        }
        // Whatever a type's converters throw: one object that does not fit must not hide the others.
        catch (Exception error)
        {
            unreadable = Unreadable.Of(element, error);
            return null;
        }
    }

    private static string WithQuery(string path, IEnumerable<(string Name, string? Value)> query) =>
        path + "?" + string.Join('&', query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));

    /// <summary>Reads an answer as it comes: held as a whole, the text of a page would be left in the large object heap.</summary>
    private async Task<TAnswer> ReadAsync<TAnswer>(ResourceKind kind, string uri, JsonSerializerOptions options, CancellationToken cancellationToken)
    {
        using var watchdog = new CancellationTokenSource(AnswerLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, watchdog.Token);
        return await Within(GetAndReadAsync(either.Token), AnswerLimit, watchdog);

        async Task<TAnswer> GetAndReadAsync(CancellationToken token)
        {
            using var answer = await GetAsync(kind, uri, token);
            var said = await JsonSerializer.DeserializeAsync<TAnswer>(await answer.Content.ReadAsStreamAsync(token), options, token);
            return said ?? throw new IOException($"The API server answered null for {kind.Plural} ({kind.ApiVersion}).");
        }
    }

    private async Task<HttpResponseMessage> GetAsync(ResourceKind kind, string uri, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseUri, uri)) { Version = HttpVersion.Version20 };
        request.Headers.Accept.Add(new("application/json"));
        request.Options.Set(AnswerTimeout.Streamed, true);
        if (client.Credentials is not null)
            await client.Credentials.ProcessHttpRequestAsync(request, cancellationToken);
        var answer = await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await ErrorAsync(kind, answer, cancellationToken);
    }

    private async Task<ApiException> ErrorAsync(ResourceKind kind, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var said = await answer.Content.ReadAsStringAsync(cancellationToken);
        var message = answer.StatusCode switch
        {
            HttpStatusCode.NotFound => NotServed(kind),
            HttpStatusCode.Forbidden => $"The service account may not list and watch {kind.Plural} ({kind.ApiVersion}): grant both verbs. {said}",
            _ => $"The API server answered {(int)answer.StatusCode} for {kind.Plural} ({kind.ApiVersion}). {said}",
        };
        return new(answer.StatusCode, message, ApiFault.RetryAfter(answer.Headers.RetryAfter, time.GetUtcNow()));
    }

    private static string NotServed(ResourceKind kind) =>
        $"The API server does not serve {kind.Plural} ({kind.ApiVersion}): install its CustomResourceDefinition.";
}
