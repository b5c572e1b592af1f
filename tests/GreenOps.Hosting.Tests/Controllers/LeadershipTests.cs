using GreenOps.Hosting.Tests.Stub;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace GreenOps.Hosting.Tests.Controllers;

public sealed class LeadershipTests : IDisposable
{
    private const string ConfigMaps = "/api/v1/namespaces/ns/configmaps";

    public void Dispose() => Environment.ExitCode = 0;

    [Fact]
    public async Task A_follower_keeps_its_caches_and_works_only_once_it_leads()
    {
        await using var host = await StartAsync(leases => leases.Write("""{"holderIdentity":"other","leaseDurationSeconds":3}"""));
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        await host.Time.SleepersAsync(1);
        Assert.True(host.Health.CachesSynced);
        Assert.False(host.Health.Leading);
        Assert.True(host.Recorder.IsIdle);

        host.Leases.Write("""{"holderIdentity":""}""");
        await host.Time.WakeNextAsync();

        var call = await host.Recorder.NextAsync();
        Assert.Equal("me", host.Leases.Holder);
        Assert.True(host.Health.Leading);
        call.Succeed();
    }

    [Fact]
    public async Task A_lost_lease_cancels_the_workers_and_stops_the_process_with_an_error()
    {
        await using var host = await StartAsync();
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var call = await host.Recorder.NextAsync();
        await host.Time.SleepersAsync(1);
        host.Leases.Write("""{"holderIdentity":"usurper","leaseDurationSeconds":15}""");
        await host.Time.WakeNextAsync();

        await CancelledAsync(call);
        call.Throw(new OperationCanceledException(call.CancellationToken));

        await host.StoppedAsync();
        Assert.Equal(1, Environment.ExitCode);
        Assert.False(host.Health.Leading);
        Assert.Equal("usurper", host.Leases.Holder);
        Assert.Null(host.Health.Fault);
    }

    [Fact]
    public async Task A_reconcile_that_ignores_the_loss_writes_nothing_more()
    {
        await using var host = await StartAsync();
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var call = await host.Recorder.NextAsync();
        await host.Time.SleepersAsync(1);
        var inFlight = WriteAsync(host);
        var write = await host.Api.NextAsync("POST", ConfigMaps);

        host.Leases.Outage = _ => true;
        var cancelled = CancelledAsync(call);
        while (!cancelled.IsCompleted)
        {
            var resting = host.Time.SleepersAsync(1);
            if (await Task.WhenAny(resting, cancelled) == resting)
                await host.Time.WakeNextAsync();
        }
        host.Leases.Write("""{"holderIdentity":"next","leaseDurationSeconds":12}""");

        await Assert.ThrowsAsync<NotLeadingException>(() => inFlight.Soon());
        await write.Aborted;
        await Assert.ThrowsAsync<NotLeadingException>(() => WriteAsync(host).Soon());
        Assert.False(host.Api.HasWaiting("POST", ConfigMaps));
        call.Succeed();
        await host.StoppedAsync();
        Assert.Equal("next", host.Leases.Holder);
    }

    [Fact]
    public async Task A_process_that_wakes_up_after_its_lease_is_over_writes_nothing()
    {
        await using var host = await StartAsync();
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var call = await host.Recorder.NextAsync();
        await host.Time.SleepersAsync(1);
        host.Leases.Write("""{"holderIdentity":"next","leaseDurationSeconds":12}""");
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<NotLeadingException>(() => WriteAsync(host).Soon());
        Assert.False(host.Api.HasWaiting("POST", ConfigMaps));
        call.Succeed();
        await host.StoppedAsync();
    }

    [Fact]
    public async Task A_stop_renews_the_lease_until_the_last_write_is_answered_and_then_lets_it_go()
    {
        await using var host = await StartAsync();
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var call = await host.Recorder.NextAsync();
        await host.Time.SleepersAsync(1);
        var inFlight = WriteAsync(host);
        var write = await host.Api.NextAsync("POST", ConfigMaps);
        var stopping = host.StopAsync();
        await CancelledAsync(call);
        await Soonly.UntilAsync(() => !host.Health.Leading || call.CancellationToken.IsCancellationRequested);

        var before = (string?)host.Leases.Spec["renewTime"];
        await host.Time.WakeNextAsync();
        await host.Time.SleepersAsync(1);
        Assert.NotEqual(before, (string?)host.Leases.Spec["renewTime"]);
        Assert.Equal("me", host.Leases.Holder);

        await write.ReplyAsync(201, "{}");
        await inFlight.Soon();
        // The reconcile itself is not waited for: it cannot write any more.
        await Soonly.UntilAsync(() => host.Leases.Holder?.Length == 0);
        await Assert.ThrowsAsync<NotLeadingException>(() => WriteAsync(host).Soon());
        call.Succeed();
        await stopping;
        Assert.Equal(0, Environment.ExitCode);
    }

    [Fact]
    public async Task A_stop_hands_over_within_two_seconds()
    {
        await using var pair = await Pair.StartAsync();
        var call = await pair.First.Recorder.NextAsync();
        // The first renews, the second looks.
        await pair.Time.SleepersAsync(2);
        var asked = pair.Time.GetUtcNow();
        var stopping = pair.First.StopAsync();
        await CancelledAsync(call);
        call.Throw(new OperationCanceledException(call.CancellationToken));
        await stopping;
        await pair.SucceedAsync();
        (await pair.Second.Recorder.NextAsync()).Succeed();
        Assert.InRange(pair.Time.GetUtcNow() - asked, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_leader_that_is_cut_off_is_succeeded_within_twenty_seconds_and_has_stopped_writing_by_then()
    {
        await using var pair = await Pair.StartAsync();
        var call = await pair.First.Recorder.NextAsync();
        await pair.Time.SleepersAsync(2);
        var cut = pair.Time.GetUtcNow();
        pair.Leases.Outage = context => context.Request.Headers.Authorization == "Bearer first";
        var cancelled = CancelledAsync(call);
        while (!cancelled.IsCompleted)
        {
            var resting = pair.Time.SleepersAsync(2);
            if (await Task.WhenAny(resting, cancelled) == resting)
                await pair.Time.WakeNextAsync(2);
        }
        Assert.Equal("first", pair.Leases.Holder);
        await Assert.ThrowsAsync<NotLeadingException>(() => WriteAsync(pair.First).Soon());
        call.Throw(new OperationCanceledException(call.CancellationToken));
        await pair.First.StoppedAsync();
        await pair.SucceedAsync();
        (await pair.Second.Recorder.NextAsync()).Succeed();
        Assert.InRange(pair.Time.GetUtcNow() - cut, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15));
        Assert.False(pair.Api.HasWaiting("POST", ConfigMaps));
    }

    [Fact]
    public async Task A_loop_that_ends_by_itself_is_a_fault_and_ends_the_process_with_an_error()
    {
        var broken = new BrokenInformer();
        await using var host = await TestHost.StartAsync(services: services => services.AddSingleton<IInformer>(broken));
        Assert.Null(host.Health.Fault);
        broken.End.SetException(new InvalidOperationException("broken"));
        await host.StoppedAsync();
        Assert.Contains("loop", host.Health.Fault, StringComparison.Ordinal);
        Assert.Equal(1, Environment.ExitCode);
        Assert.Contains(host.Log.Entries, entry => entry.Level == LogLevel.Critical);
    }

    private static Task<V1ConfigMap> WriteAsync(TestHost host) => host.Client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap(), "ns");

    private static Task CancelledAsync(Recorder.Call call)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        call.CancellationToken.Register(() => cancelled.TrySetResult());
        return cancelled.Task.Soon();
    }

    private static void Elect(HostingOptions options, string identity)
    {
        options.LeaderElection.Enabled = true;
        options.LeaderElection.LeaseNamespace = "ops";
        options.LeaderElection.LeaseName = "lock";
        options.LeaderElection.Identity = identity;
    }

    private static Task<TestHost> StartAsync(Action<LeaseStore>? prepare = null) =>
        TestHost.StartAsync(prepare: prepare, options: options => Elect(options, "me"));

    /// <summary>Two hosts over HTTP against one API server with one Widget; the first leads.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        public StubApi Api { get; private init; } = null!;

        public SteppedTime Time { get; } = new();

        public LeaseStore Leases { get; } = new();

        public TestHost First { get; private set; } = null!;

        public TestHost Second { get; private set; } = null!;

        public static async Task<Pair> StartAsync()
        {
            var pair = new Pair { Api = await StubApi.StartAsync() };
            pair.Api.Handler = pair.Leases.AnswerAsync;
            pair.First = await pair.HostAsync("first");
            await Soonly.UntilAsync(() => pair.First.Health.Leading);
            pair.Second = await pair.HostAsync("second");
            return pair;
        }

        /// <summary>Lets time pass until the second, the only one left, holds the lease.</summary>
        public async Task SucceedAsync()
        {
            await Time.SleepersAsync(1);
            while (Leases.Holder != "second")
            {
                await Time.WakeNextAsync();
                await Time.SleepersAsync(1);
            }
        }

        public async ValueTask DisposeAsync()
        {
            Leases.Outage = _ => false;
            await First.DisposeAsync();
            await Second.DisposeAsync();
            await Api.DisposeAsync();
        }

        private async Task<TestHost> HostAsync(string name)
        {
            var host = await TestHost.StartAsync(Api, Time, Leases, name, options: options => Elect(options, name));
            await Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
            return host;
        }
    }

    private sealed class BrokenInformer : IInformer
    {
        public TaskCompletionSource End { get; } = new();

        public bool HasSynced => true;

        public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task RunAsync(CancellationToken cancellationToken) => End.Task;
    }
}
