using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using GreenOps.Hosting.Tests.Stub;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace GreenOps.Hosting.Tests.Controllers;

public sealed class ControllerTests
{
    private static readonly (string, string, string, string) OwnedByW = ("example.com/v1", "Widget", "w", "uid-w");

    [Theory]
    [InlineData("ns")]
    [InlineData(null)]
    public async Task A_change_of_a_child_reconciles_its_owner(string? ownerNamespace)
    {
        await using var host = await TestHost.StartAsync(controller => controller.Owns<V1ConfigMap>());
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1", ns: ownerNamespace), Json.Object("other", "1", ns: ownerNamespace));
        var children = await host.Api.ServeAsync(TestHost.ConfigMaps, "1");
        (await host.Recorder.NextAsync()).Succeed();
        (await host.Recorder.NextAsync()).Succeed();

        await children.SendAsync("ADDED", Json.Object("c", "2", owner: OwnedByW));
        var call = await host.Recorder.NextAsync();
        Assert.Equal(ownerNamespace is null ? "reconcile w@1" : "reconcile ns/w@1", call.What);
        Assert.Single(host.Services.GetRequiredService<IObjectCache<V1ConfigMap>>().OwnedBy("uid-w"));
        call.Succeed();

        await children.SendAsync("DELETED", Json.Object("c", "3", owner: OwnedByW));
        (await host.Recorder.NextAsync()).Succeed();
        Assert.Empty(host.Services.GetRequiredService<IObjectCache<V1ConfigMap>>().OwnedBy("uid-w"));
    }

    [Fact]
    public async Task A_watched_object_reconciles_what_it_maps_to_before_and_after()
    {
        await using var host = await TestHost.StartAsync(controller => controller.Watches<V1ConfigMap>(
            (map, services) =>
            {
                Assert.NotNull(services.GetRequiredService<IHostingHealth>());
                return [new ObjectKey("ns", map.Data["for"])];
            }));
        var widgets = await host.Api.ServeAsync(TestHost.Widgets, "1");
        var maps = await host.Api.ServeAsync(TestHost.ConfigMaps, "1", Json.Object("m", "1", extra: """{"data":{"for":"a"}}"""));
        await widgets.SendAsync("ADDED", Json.Object("a", "2"));
        await widgets.SendAsync("ADDED", Json.Object("b", "3"));
        (await host.Recorder.NextAsync()).Succeed();
        (await host.Recorder.NextAsync()).Succeed();
        await host.Time.SleepersAsync(2);

        await maps.SendAsync("MODIFIED", Json.Object("m", "4", extra: """{"data":{"for":"b"}}"""));

        var calls = new[] { await host.Recorder.NextAsync(), await host.Recorder.NextAsync() };
        Assert.Equal(["reconcile ns/a@2", "reconcile ns/b@3"], calls.Select(call => call.What).Order());
        foreach (var call in calls)
            call.Succeed();
    }

    [Fact]
    public async Task Workers_start_when_every_cache_has_synced()
    {
        await using var host = await TestHost.StartAsync(controller => controller.Owns<V1ConfigMap>());
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var children = await host.Api.NextAsync("GET", TestHost.ConfigMaps);
        Assert.False(host.Health.CachesSynced);
        Assert.True(host.Recorder.IsIdle);
        await children.ReplyAsync(200, Json.List("1", Json.Object("c", "1", owner: OwnedByW)));
        var call = await host.Recorder.NextAsync();
        Assert.True(host.Health.CachesSynced);
        Assert.True(host.Health.Leading);
        call.Succeed();
    }

    [Fact]
    public async Task Changes_during_a_reconcile_end_in_one_more_with_the_newest_state()
    {
        await using var host = await TestHost.StartAsync();
        var widgets = await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var first = await host.Recorder.NextAsync();
        var cache = host.Services.GetRequiredService<IObjectCache<Widget>>();
        foreach (var version in new[] { "2", "3", "4" })
            await widgets.SendAsync("MODIFIED", Json.Object("w", version));
        await Soonly.UntilAsync(() => cache.Get("ns", "w")!.Metadata.ResourceVersion == "4");
        Assert.True(host.Recorder.IsIdle);
        first.Succeed();
        var second = await host.Recorder.NextAsync();
        Assert.Equal("reconcile ns/w@4", second.What);
        second.Succeed();
        await host.Time.SleepersAsync(1);
        Assert.True(host.Recorder.IsIdle);
    }

    [Fact]
    public async Task A_deleted_object_is_reported_with_its_last_state_until_that_succeeds_and_then_no_more()
    {
        await using var host = await TestHost.StartAsync();
        var widgets = await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var busy = await host.Recorder.NextAsync();
        await widgets.SendAsync("DELETED", Json.Object("w", "2"));
        var cache = host.Services.GetRequiredService<IObjectCache<Widget>>();
        await Soonly.UntilAsync(() => cache.Get("ns", "w") is null);
        busy.Succeed();
        var first = await host.Recorder.NextAsync();
        Assert.Equal("deleted ns/w@2", first.What);
        first.Fail();
        Assert.Equal(TimeSpan.FromMilliseconds(5), await host.Time.WakeNextAsync());
        var second = await host.Recorder.NextAsync();
        Assert.Equal("deleted ns/w@2", second.What);
        second.Succeed();

        await widgets.SendAsync("ADDED", Json.Object("w", "3", uid: "another"));
        var third = await host.Recorder.NextAsync();
        Assert.Equal("reconcile ns/w@3", third.What);
        third.Succeed();
    }

    [Fact]
    public async Task An_object_deleted_and_created_again_is_first_reported_gone()
    {
        await using var host = await TestHost.StartAsync();
        var widgets = await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var busy = await host.Recorder.NextAsync();
        await widgets.SendAsync("DELETED", Json.Object("w", "2"));
        await widgets.SendAsync("ADDED", Json.Object("w", "3", uid: "another"));
        var cache = host.Services.GetRequiredService<IObjectCache<Widget>>();
        await Soonly.UntilAsync(() => cache.Get("ns", "w")?.Metadata.ResourceVersion == "3");
        busy.Succeed();
        var gone = await host.Recorder.NextAsync();
        Assert.Equal("deleted ns/w@2", gone.What);
        gone.Succeed();
        var created = await host.Recorder.NextAsync();
        Assert.Equal("reconcile ns/w@3", created.What);
        created.Succeed();
    }

    [Fact]
    public async Task Failures_back_off_without_an_end_and_a_success_forgets_them()
    {
        await using var host = await TestHost.StartAsync();
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var waits = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            var call = await host.Recorder.NextAsync();
            if (i % 2 == 0)
                call.Throw(new InvalidOperationException("broken"));
            else
                call.Fail();
            waits.Add((await host.Time.WakeNextAsync()).TotalMilliseconds);
        }
        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560], waits);

        (await host.Recorder.NextAsync()).Succeed(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), await host.Time.WakeNextAsync());
        (await host.Recorder.NextAsync()).Fail();
        Assert.Equal(TimeSpan.FromMilliseconds(5), await host.Time.WakeNextAsync());
        (await host.Recorder.NextAsync()).Fail(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(30), await host.Time.WakeNextAsync());
        (await host.Recorder.NextAsync()).Succeed();
    }

    [Fact]
    public async Task A_quiet_object_is_reconciled_again_about_every_resync_period()
    {
        await using var host = await TestHost.StartAsync();
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        (await host.Recorder.NextAsync()).Succeed(TimeSpan.FromDays(100));
        Assert.InRange(await host.Time.WakeNextAsync(), TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(11));
        var again = await host.Recorder.NextAsync();
        Assert.Equal("reconcile ns/w@1", again.What);
        again.Succeed();
    }

    [Fact]
    public async Task Different_objects_are_worked_on_at_the_same_time_up_to_the_limit()
    {
        await using var host = await TestHost.StartAsync(options: options => options.Concurrency = 2);
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("a", "1"), Json.Object("b", "1"), Json.Object("c", "1"));
        var first = await host.Recorder.NextAsync();
        var second = await host.Recorder.NextAsync();
        Assert.True(host.Recorder.IsIdle);
        first.Succeed();
        var third = await host.Recorder.NextAsync();
        second.Succeed();
        third.Succeed();
    }

    [Fact]
    public async Task The_runtime_measures_itself()
    {
        var seen = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        await using var host = await TestHost.StartAsync();
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "greenops" && instrument.Meter.Scope == meters)
                self.EnableMeasurementEvents(instrument);
        };
        void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
            seen.Enqueue($"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}} {value}");
        listener.SetMeasurementEventCallback<long>(Note);
        listener.SetMeasurementEventCallback<int>(Note);
        listener.SetMeasurementEventCallback<double>(Note);
        listener.Start();

        var widgets = await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        (await host.Recorder.NextAsync()).Fail();
        await host.Time.WakeNextAsync();
        (await host.Recorder.NextAsync()).Succeed();
        await host.Time.SleepersAsync(1);
        widgets.End();
        await host.Time.SleepersAsync(2);
        listener.RecordObservableInstruments();

        await Soonly.UntilAsync(() => seen.Count(entry => entry.StartsWith("reconcile_duration_seconds{controller=Recorder}", StringComparison.Ordinal)) == 2);
        Assert.Contains("reconcile_total{controller=Recorder,result=failure} 1", seen);
        Assert.Contains("reconcile_total{controller=Recorder,result=success} 1", seen);
        Assert.Contains("queue_retries_total{controller=Recorder} 1", seen);
        Assert.Contains("watch_restarts_total{kind=Widget} 1", seen);
        Assert.Contains("queue_adds_total{controller=Recorder} 1", seen);
        Assert.Contains("queue_latency_seconds{controller=Recorder} 0", seen);
        Assert.Contains("queue_depth{controller=Recorder} 0", seen);
        Assert.Contains("queue_unfinished_seconds{controller=Recorder} 0", seen);
        Assert.Contains("queue_longest_running_seconds{controller=Recorder} 0", seen);
        Assert.Contains("leader{} 1", seen);
    }

    [Theory]
    [InlineData(429, "7", 7, 7)]
    [InlineData(503, "70", 70, 70)]
    [InlineData(429, "Mon, 01 Jun 2026 12:00:09 GMT", 9, 0.01)]
    [InlineData(429, "0", 0.005, 0.01)]
    [InlineData(429, "Mon, 01 Jun 2026 11:00:00 GMT", 0.005, 0.01)]
    [InlineData(500, null, 0.005, 0.01)]
    public async Task A_refused_write_is_tried_again_when_the_server_wants_it(int status, string? retryAfter, double first, double second)
    {
        await using var host = await TestHost.StartAsync();
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var waits = new List<double>();
        foreach (var returned in new[] { false, true })
        {
            var call = await host.Recorder.NextAsync();
            var refusal = await RefusedAsync(host, status, retryAfter);
            if (returned)
                call.Fail(error: refusal);
            else
                call.Throw(refusal);
            waits.Add((await host.Time.WakeNextAsync()).TotalSeconds);
        }
        Assert.Equal([first, second], waits);
        (await host.Recorder.NextAsync()).Succeed();
    }

    [Fact]
    public async Task A_server_that_is_long_away_is_tried_every_half_minute()
    {
        await using var host = await TestHost.StartAsync();
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var wait = TimeSpan.Zero;
        for (var i = 0; i < 14; i++)
        {
            (await host.Recorder.NextAsync()).Throw(new HttpRequestException("no route"));
            wait = await host.Time.WakeNextAsync();
        }
        Assert.Equal(TimeSpan.FromSeconds(30), wait);
        (await host.Recorder.NextAsync()).Succeed();
    }

    [Fact]
    public async Task A_trouble_that_objects_share_is_a_warning_once_and_everyday_conflicts_are_none()
    {
        await using var host = await TestHost.StartAsync(options: options => options.Concurrency = 3);
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("a", "1"), Json.Object("b", "1"), Json.Object("c", "1"));
        var calls = new[] { await host.Recorder.NextAsync(), await host.Recorder.NextAsync(), await host.Recorder.NextAsync() };
        calls[0].Throw(await RefusedAsync(host, 503, "60"));
        calls[1].Throw(await RefusedAsync(host, 503, "60"));
        calls[2].Throw(await RefusedAsync(host, 409, null));
        await host.Time.WakeNextAsync(3);
        (await host.Recorder.NextAsync()).Fail(TimeSpan.FromSeconds(1));
        await host.Time.SleepersAsync(3);

        var failures = host.Log.Entries.Where(entry => entry.Message.StartsWith("Recorder failed on", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, failures.Count);
        var warnings = failures.Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Message).ToList();
        Assert.Equal(2, warnings.Count);
        Assert.EndsWith("The API server answered 503: refused", warnings[0], StringComparison.Ordinal);
        // Three workers hand their calls over in any order.
        Assert.Contains($"{calls[2].Key}, failure 2 in a row", warnings[1], StringComparison.Ordinal);
        Assert.All(failures, entry => Assert.Matches("^Recorder ns/[abc]$", entry.Scope));
    }

    [Fact]
    public async Task A_deleted_object_leaves_nothing_behind()
    {
        await using var host = await TestHost.StartAsync();
        var widgets = await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        (await host.Recorder.NextAsync()).Succeed();
        await host.Time.SleepersAsync(1);
        await widgets.SendAsync("DELETED", Json.Object("w", "2"));
        (await host.Recorder.NextAsync()).Succeed();
        await host.Time.SleepersAsync(0);
    }

    [Fact]
    public async Task A_reconcile_that_hangs_is_a_fault_and_a_server_that_is_away_is_none()
    {
        await using var host = await TestHost.StartAsync();
        await (await host.Api.NextAsync("GET", TestHost.Widgets)).ReplyAsync(500, Json.Status(500, "down"));
        await host.Time.WakeNextAsync();
        Assert.Null(host.Health.Fault);
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var call = await host.Recorder.NextAsync();
        host.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(host.Health.Fault);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("A reconcile of Recorder has been running for 00:10:01.", host.Health.Fault);
        call.Succeed();
        await Soonly.UntilAsync(() => host.Health.Fault is null);
    }

    private static async Task<Exception> RefusedAsync(TestHost host, int status, string? retryAfter)
    {
        var writing = host.Client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap(), "ns");
        await (await host.Api.NextAsync("POST", "/api/v1/namespaces/ns/configmaps")).ReplyAsync(status, Json.Status(status, "refused"), retryAfter);
        return await Assert.ThrowsAsync<HttpOperationException>(() => writing.Soon());
    }
}
