using System.Threading.Channels;
using GreenOps.Hosting.Tests.Stub;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace GreenOps.Hosting.Tests.Informers;

public sealed class InformerTests : IAsyncLifetime
{
    private const string Path = "/api/v1/configmaps";

    private readonly SteppedTime time = new();
    private readonly LogBook<Informer<V1ConfigMap>> log = new();
    private readonly Channel<CacheChange<V1ConfigMap>> changes = Channel.CreateUnbounded<CacheChange<V1ConfigMap>>();
    private readonly CancellationTokenSource stop = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private StubApi api = null!;
    private Informer<V1ConfigMap> informer = null!;
    private Task running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        api = await StubApi.StartAsync();
        Start(new(null, null));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.Soon();
        await api.DisposeAsync();
        await services.DisposeAsync();
        stop.Dispose();
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_before_the_cache_shows_it()
    {
        var first = await api.NextAsync("GET", Path);
        Assert.Equal("200", first.Query["limit"]);
        Assert.DoesNotContain("continue", first.Query.Keys);
        Assert.Equal("Bearer secret", first.Authorization);
        await first.ReplyAsync(200, Json.Page("10", "more", Json.Object("a", "1")));

        var second = await api.NextAsync("GET", Path);
        Assert.Equal("more", second.Query["continue"]);
        Assert.False(informer.Cache.HasSynced);
        await second.ReplyAsync(200, Json.Page("10", null, Json.Object("b", "2")));

        await informer.WaitForSyncAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Equal(["a", "b"], Names());
        Assert.Equal(("v1", "ConfigMap"), (informer.Cache.Get("ns", "a")!.ApiVersion, informer.Cache.Get("ns", "a")!.Kind));
    }

    [Fact]
    public async Task A_watch_goes_on_from_the_list_with_bookmarks_and_a_random_end()
    {
        await (await api.NextAsync("GET", Path)).ReplyAsync(200, Json.List("10"));
        var watch = await api.NextAsync("WATCH", Path);
        Assert.Equal("10", watch.Query["resourceVersion"]);
        Assert.Equal("true", watch.Query["allowWatchBookmarks"]);
        Assert.InRange(int.Parse(watch.Query["timeoutSeconds"]), 300, 600);
    }

    [Fact]
    public async Task Events_change_the_cache_before_handlers_hear_of_them()
    {
        var watch = await api.ServeAsync(Path, "10");
        await watch.SendAsync("ADDED", Json.Object("a", "11"));
        Assert.Equal((null, "11"), await NextChangeAsync());
        await watch.SendAsync("MODIFIED", Json.Object("a", "12"));
        Assert.Equal(("11", "12"), await NextChangeAsync());
        Assert.Equal("12", informer.Cache.Get("ns", "a")!.Metadata.ResourceVersion);
        await watch.SendAsync("DELETED", Json.Object("a", "13"));
        Assert.Equal(("13", null), await NextChangeAsync());
        Assert.Null(informer.Cache.Get("ns", "a"));
    }

    [Fact]
    public async Task A_watch_that_ends_is_resumed_at_once_from_the_last_bookmark()
    {
        var watch = await api.ServeAsync(Path, "10");
        await watch.SendAsync("BOOKMARK", Json.Bookmark("99"));
        watch.End();
        var resumed = await api.NextAsync("WATCH", Path);
        Assert.Equal("99", resumed.Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_watch_that_ends_at_once_is_resumed_after_a_wait()
    {
        (await api.ServeAsync(Path, "10")).End();
        Assert.InRange(await time.WakeNextAsync(), TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1.6));
        Assert.Equal("10", (await api.NextAsync("WATCH", Path)).Query["resourceVersion"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Expiry_lists_anew_and_reports_what_is_gone_once(bool asEvent)
    {
        await (await api.NextAsync("GET", Path)).ReplyAsync(
            200, Json.List("10", Json.Object("gone", "1"), Json.Object("same", "2"), Json.Object("changed", "3")));
        foreach (var _ in Enumerable.Range(0, 3))
            await NextChangeAsync();
        var watch = await api.NextAsync("WATCH", Path);
        if (asEvent)
        {
            await watch.OpenAsync();
            await watch.SendAsync("ERROR", Json.Status(410, "too old"));
            watch.End();
        }
        else
        {
            await watch.ReplyAsync(410, Json.Status(410, "too old"));
        }

        await time.WakeNextAsync();
        await (await api.NextAsync("GET", Path)).ReplyAsync(200, Json.Page("20", "more", Json.Object("changed", "13")));
        await (await api.NextAsync("GET", Path)).ReplyAsync(200, Json.Page("20", null, Json.Object("same", "2")));

        Assert.Equal(("1", null), await NextChangeAsync());
        Assert.Equal(("3", "13"), await NextChangeAsync());
        Assert.Equal("20", (await api.NextAsync("WATCH", Path)).Query["resourceVersion"]);
        Assert.False(changes.Reader.TryRead(out _));
        Assert.Equal(["changed", "same"], Names());
    }

    [Fact]
    public async Task An_expired_page_token_lists_anew_in_one_page_and_loses_nothing()
    {
        var watch = await api.ServeAsync(Path, "10", Json.Object("a", "1"), Json.Object("b", "2"));
        await watch.SendAsync("ERROR", Json.Status(410, "too old"));
        await time.WakeNextAsync();
        await (await api.NextAsync("GET", Path)).ReplyAsync(200, Json.Page("20", "more", Json.Object("a", "1")));
        await (await api.NextAsync("GET", Path)).ReplyAsync(410, Json.Status(410, "the token has expired"));
        await time.WakeNextAsync();

        var whole = await api.NextAsync("GET", Path);
        Assert.Equal(["a", "b"], Names());
        Assert.DoesNotContain("limit", whole.Query.Keys);
        Assert.DoesNotContain("continue", whole.Query.Keys);
    }

    [Fact]
    public async Task A_broken_stream_is_resumed_from_the_last_event()
    {
        var watch = await api.ServeAsync(Path, "10");
        await watch.SendAsync("ADDED", Json.Object("a", "11"));
        await NextChangeAsync();
        watch.Break();
        await time.WakeNextAsync();
        Assert.Equal("11", (await api.NextAsync("WATCH", Path)).Query["resourceVersion"]);
    }

    [Fact]
    public async Task Half_an_event_counts_as_none()
    {
        var watch = await api.ServeAsync(Path, "10");
        await watch.WriteAsync("""{"type":"ADDED","object":{"metadata":{"name":"a","resourceV""");
        watch.End();
        await time.WakeNextAsync();
        Assert.Equal("10", (await api.NextAsync("WATCH", Path)).Query["resourceVersion"]);
        Assert.Empty(Names());
    }

    [Fact]
    public async Task A_silent_stream_is_given_up_and_resumed()
    {
        var watch = await api.ServeAsync(Path, "10");
        await watch.SendAsync("BOOKMARK", Json.Bookmark("42"));
        await watch.SendAsync("ADDED", Json.Object("a", "43"));
        await NextChangeAsync();
        var resuming = api.NextAsync("WATCH", Path);
        while (!resuming.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.WhenAny(resuming, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken));
        }
        Assert.Equal("43", (await resuming).Query["resourceVersion"]);
        await watch.Aborted;
    }

    [Fact]
    public async Task A_list_that_stalls_midway_is_given_up_and_read_again()
    {
        var list = await (await api.NextAsync("GET", Path)).OpenAsync();
        await list.WriteAsync($$$"""{"metadata":{"resourceVersion":"10"},"items":[{{{Json.Object("a", "9")}}},""");
        var again = api.NextAsync("GET", Path);
        while (!again.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.WhenAny(again, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken));
        }
        await list.Aborted;
        Assert.False(informer.HasSynced);
        await (await again).ReplyAsync(200, Json.List("11", Json.Object("b", "10")));
        Assert.Equal((null, "10"), await NextChangeAsync());
    }

    [Fact]
    public async Task A_server_that_asks_for_patience_gets_it_and_the_watch_is_resumed()
    {
        await (await api.NextAsync("GET", Path)).ReplyAsync(200, Json.List("10"));
        await (await api.NextAsync("WATCH", Path)).ReplyAsync(429, Json.Status(429, "busy"), retryAfterSeconds: 17);
        Assert.Equal(TimeSpan.FromSeconds(17), await time.WakeNextAsync());
        Assert.Equal("10", (await api.NextAsync("WATCH", Path)).Query["resourceVersion"]);
    }

    [Fact]
    public async Task Waits_grow_while_the_server_fails_and_shrink_when_it_recovers()
    {
        for (var failure = 0; failure < 8; failure++)
        {
            await (await api.NextAsync("GET", Path)).ReplyAsync(500, Json.Status(500, "down"));
            var wait = await time.WakeNextAsync();
            var least = TimeSpan.FromSeconds(Math.Min(30, 0.8 * Math.Pow(2, failure)));
            Assert.InRange(wait, least, least * 2);
        }
        var watch = await api.ServeAsync(Path, "10");
        await watch.SendAsync("ADDED", Json.Object("a", "11"));
        await NextChangeAsync();
        watch.Break();
        Assert.InRange(await time.WakeNextAsync(), TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1.6));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_watch_refused_by_a_failing_server_is_resumed_and_only_listed_anew_after_many_tries(bool asEvent)
    {
        await (await api.NextAsync("GET", Path)).ReplyAsync(200, Json.List("10"));
        for (var failure = 0; failure < 6; failure++)
        {
            var watch = await api.NextAsync("WATCH", Path);
            Assert.Equal("10", watch.Query["resourceVersion"]);
            if (asEvent)
            {
                await watch.OpenAsync();
                await watch.SendAsync("ERROR", Json.Status(500, "etcd is away"));
                watch.End();
            }
            else
            {
                await watch.ReplyAsync(503, Json.Status(503, "etcd is away"));
            }
            await time.WakeNextAsync();
        }
        await api.NextAsync("GET", Path);
        Assert.Single(log.Entries, entry => entry.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task Patience_asked_for_inside_a_stream_is_had()
    {
        var watch = await api.ServeAsync(Path, "10");
        await watch.SendAsync("ERROR", """{"kind":"Status","code":429,"message":"busy","details":{"retryAfterSeconds":23}}""");
        Assert.Equal(TimeSpan.FromSeconds(23), await time.WakeNextAsync());
        Assert.Equal("10", (await api.NextAsync("WATCH", Path)).Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_watch_that_is_not_answered_is_given_up_within_half_a_minute()
    {
        await (await api.NextAsync("GET", Path)).ReplyAsync(200, Json.List("10"));
        var watch = await api.NextAsync("WATCH", Path);
        time.Advance(TimeSpan.FromSeconds(30));
        await watch.Aborted;
        await time.WakeNextAsync();
        await api.NextAsync("WATCH", Path);
    }

    [Fact]
    public async Task An_object_that_does_not_fit_its_type_keeps_its_last_state_and_hides_no_other()
    {
        const string Misfit = """{"data":{"key":["not","a","string"]}}""";
        var watch = await api.ServeAsync(Path, "10", Json.Object("a", "1"), Json.Object("odd", "2"));
        await watch.SendAsync("MODIFIED", Json.Object("odd", "11", extra: Misfit));
        await watch.SendAsync("MODIFIED", Json.Object("a", "12"));
        foreach (var _ in Enumerable.Range(0, 3))
            await NextChangeAsync();
        Assert.Equal("2", informer.Cache.Get("ns", "odd")!.Metadata.ResourceVersion);
        await watch.SendAsync("ERROR", Json.Status(410, "too old"));
        await time.WakeNextAsync();
        watch = await api.ServeAsync(Path, "20", Json.Object("a", "12"), Json.Object("odd", "11", extra: Misfit), Json.Object("b", "3"));
        Assert.Equal((null, "3"), await NextChangeAsync());
        Assert.Equal(["a", "b", "odd"], Names());
        Assert.Contains(log.Entries, entry => entry.Message.Contains("ConfigMap ns/odd does not fit its type", StringComparison.Ordinal));

        await watch.SendAsync("DELETED", Json.Object("odd", "21", extra: Misfit));
        Assert.Equal(("2", null), await NextChangeAsync());
    }

    [Fact]
    public async Task An_object_recreated_behind_our_back_is_reported_gone_and_new()
    {
        var watch = await api.ServeAsync(Path, "10", Json.Object("a", "1", uid: "old"));
        await watch.SendAsync("ERROR", Json.Status(410, "too old"));
        await time.WakeNextAsync();
        await api.ServeAsync(Path, "20", Json.Object("a", "15", uid: "new"));
        await NextChangeAsync();
        var change = await changes.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
        Assert.Equal(("old", "new"), (change.Gone!.Metadata.Uid, change.Current!.Metadata.Uid));
    }

    [Fact]
    public async Task A_kind_that_is_not_served_says_what_to_install()
    {
        await (await api.NextAsync("GET", Path)).ReplyAsync(404, "404 page not found");
        await time.SleepersAsync(1);
        Assert.Contains(log.Entries, entry => entry.Message.Contains("does not serve configmaps (v1): install its CustomResourceDefinition", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "/apis/example.com/v1/namespaces/team/widgets")]
    [InlineData(false, "/apis/example.com/v1/widgets")]
    public async Task One_namespace_is_watched_where_the_kind_has_namespaces(bool namespaced, string expected)
    {
        var widgets = new Informer<Widget>(new ResourceApi(api.Client, time), new("team", "app=x"), time, Metrics(), new LogBook<Informer<Widget>>());
        var run = widgets.RunAsync(stop.Token);
        await (await api.NextAsync("GET", "/apis/example.com/v1")).ReplyAsync(
            200, $$"""{"resources":[{"name":"widgets","kind":"Widget","namespaced":{{(namespaced ? "true" : "false")}},"singularName":"","verbs":[]}]}""");
        var list = await api.NextAsync("GET", expected);
        Assert.Equal("app=x", list.Query["labelSelector"]);
        await list.ReplyAsync(200, Json.List("10", Json.Object("w", "1", ns: namespaced ? "team" : null, extra: """{"spec":{"size":3}}""")));
        var watch = await api.NextAsync("WATCH", expected);
        Assert.Equal("app=x", watch.Query["labelSelector"]);
        Assert.Equal(3, widgets.Cache.Get(namespaced ? "team" : null, "w")!.Spec.Size);
        await stop.CancelAsync();
        await run.Soon();
    }

    [Fact]
    public async Task A_failing_handler_does_not_cost_the_others_the_change()
    {
        await api.ServeAsync(Path, "10", Json.Object("poison", "1"));
        Assert.Equal((null, "1"), await NextChangeAsync());
        Assert.Contains(log.Entries, entry => entry.Message.Contains("A handler failed on a change of ConfigMap ns/poison", StringComparison.Ordinal));
    }

    private void Start(InformerScope scope)
    {
        informer = new(new ResourceApi(api.Client, time), scope, time, Metrics(), log);
        informer.Subscribe(change => Assert.NotEqual("poison", change.Key.Name));
        informer.Subscribe(change => changes.Writer.TryWrite(change));
        running = informer.RunAsync(stop.Token);
    }

    private HostingMetrics Metrics() => ActivatorUtilities.CreateInstance<HostingMetrics>(services, new HostingHealth(() => [], () => []));

    private IEnumerable<string> Names() => informer.Cache.List().Select(entity => entity.Metadata.Name);

    private async Task<(string? Previous, string? Current)> NextChangeAsync()
    {
        var change = await changes.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
        return (change.Previous?.Metadata.ResourceVersion, change.Current?.Metadata.ResourceVersion);
    }
}
