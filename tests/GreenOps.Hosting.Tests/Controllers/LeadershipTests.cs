using GreenOps.Hosting.Tests.Stub;
using Xunit;

namespace GreenOps.Hosting.Tests.Controllers;

public sealed class LeadershipTests : IDisposable
{
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

        var cancelled = new TaskCompletionSource();
        call.CancellationToken.Register(cancelled.SetResult);
        await cancelled.Task.Soon();
        call.Throw(new OperationCanceledException(call.CancellationToken));

        await host.StoppedAsync();
        Assert.Equal(1, Environment.ExitCode);
        Assert.False(host.Health.Leading);
        Assert.Equal("usurper", host.Leases.Holder);
    }

    [Fact]
    public async Task A_stop_renews_the_lease_until_the_last_worker_ends_and_then_releases_it()
    {
        await using var host = await StartAsync();
        await host.Api.ServeAsync(TestHost.Widgets, "1", Json.Object("w", "1"));
        var call = await host.Recorder.NextAsync();
        await host.Time.SleepersAsync(1);
        var stopping = host.StopAsync();
        var cancelled = new TaskCompletionSource();
        call.CancellationToken.Register(cancelled.SetResult);
        await cancelled.Task.Soon();

        var before = (string?)host.Leases.Spec["renewTime"];
        await host.Time.WakeNextAsync();
        await host.Time.SleepersAsync(1);
        Assert.NotEqual(before, (string?)host.Leases.Spec["renewTime"]);
        Assert.Equal(15, (int?)host.Leases.Spec["leaseDurationSeconds"]);

        call.Succeed();
        await stopping;
        Assert.Equal(1, (int?)host.Leases.Spec["leaseDurationSeconds"]);
        Assert.Equal(0, Environment.ExitCode);
    }

    private static Task<TestHost> StartAsync(Action<LeaseStore>? prepare = null) => TestHost.StartAsync(
        prepare: prepare,
        options: options =>
        {
            options.LeaderElection.Enabled = true;
            options.LeaderElection.LeaseNamespace = "ops";
            options.LeaderElection.LeaseName = "lock";
            options.LeaderElection.Identity = "me";
        });
}
