using GreenOps.Hosting.Tests.Stub;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;
using Xunit;

namespace GreenOps.Hosting.Tests.Client;

public sealed class WriteFenceTests : IAsyncLifetime
{
    private const string ConfigMaps = "/api/v1/namespaces/ns/configmaps";

    private readonly TwoClocks time = new();
    private readonly HostingOptions options = new();
    private readonly CancellationTokenSource caller = new();
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StubApi api = null!;
    private WriteFence fence = null!;
    private Kubernetes client = null!;

    public async ValueTask InitializeAsync()
    {
        (options.LeaderElection.Enabled, options.LeaderElection.LeaseNamespace, options.LeaderElection.LeaseName) = (true, "ops", "lock");
        api = await StubApi.StartAsync();
        fence = new WriteFence(Options.Create(options), time);
        client = new Kubernetes(api.Configuration(), fence);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        fence.Dispose();
        caller.Dispose();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task Before_the_lease_is_held_reads_and_the_lease_pass_and_no_write_does()
    {
        var refusal = await Assert.ThrowsAsync<NotLeadingException>(() => WriteAsync().Soon());
        Assert.Equal($"POST {ConfigMaps} was held back: this process does not hold the lease.", refusal.Message);
        await Assert.ThrowsAsync<NotLeadingException>(() => client.CoreV1.DeleteNamespacedConfigMapAsync("c", "ns", cancellationToken: Token));
        await Assert.ThrowsAsync<NotLeadingException>(() => client.CoordinationV1.DeleteNamespacedLeaseAsync("other", "ops", cancellationToken: Token));

        var reading = client.CoreV1.ReadNamespacedConfigMapAsync("c", "ns", cancellationToken: Token);
        await (await api.NextAsync("GET", $"{ConfigMaps}/c")).ReplyAsync(200, "{}");
        await reading.Soon();
        var creating = client.CoordinationV1.CreateNamespacedLeaseAsync(new V1Lease(), "ops", cancellationToken: Token);
        await (await api.NextAsync("POST", LeaseStore.Path)).ReplyAsync(201, "{}");
        await creating.Soon();
        var renewing = client.CoordinationV1.ReplaceNamespacedLeaseAsync(new V1Lease(), "lock", "ops", cancellationToken: Token);
        await (await api.NextAsync("PUT", $"{LeaseStore.Path}/lock")).ReplyAsync(200, "{}");
        await renewing.Soon();
        Assert.False(api.HasWaiting("POST", ConfigMaps));
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(8, 0)]
    [InlineData(0, 8)]
    [InlineData(8, -3600)]
    public async Task A_process_that_was_frozen_past_its_deadline_writes_nothing(int uptimeSeconds, int dateSeconds)
    {
        fence.Renewed(Moment.Now(time));
        time.Uptime = TimeSpan.FromSeconds(7.9);
        await WritePassesAsync();
        time.Uptime = TimeSpan.FromSeconds(uptimeSeconds);
        time.Date += TimeSpan.FromSeconds(dateSeconds);
        await Assert.ThrowsAsync<NotLeadingException>(() => WriteAsync().Soon());
        Assert.False(api.HasWaiting("POST", ConfigMaps));

        fence.Renewed(Moment.Now(time));
        await WritePassesAsync();
    }

    [Fact]
    public async Task A_loss_cuts_off_what_is_in_flight_and_lets_nothing_more_begin()
    {
        fence.Renewed(Moment.Now(time));
        var writing = WriteAsync();
        var write = await api.NextAsync("POST", ConfigMaps);
        await fence.LoseAsync();
        Assert.Contains("was cut off", (await Assert.ThrowsAsync<NotLeadingException>(() => writing.Soon())).Message, StringComparison.Ordinal);
        await write.Aborted;
        fence.Renewed(Moment.Now(time));
        await Assert.ThrowsAsync<NotLeadingException>(() => WriteAsync().Soon());
        Assert.False(api.HasWaiting("POST", ConfigMaps));
    }

    [Fact]
    public async Task Closing_waits_until_the_last_write_is_answered_even_if_its_caller_has_gone()
    {
        fence.Renewed(Moment.Now(time));
        var writing = WriteAsync();
        var write = await api.NextAsync("POST", ConfigMaps);
        var closing = fence.CloseAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAsync<NotLeadingException>(() => client.CoreV1.DeleteNamespacedConfigMapAsync("c", "ns", cancellationToken: Token));
        Assert.False(closing.IsCompleted);
        await write.ReplyAsync(201, "{}");
        await closing.Soon();
        await writing.ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default).Soon();
    }

    [Fact]
    public async Task Without_leader_election_every_write_passes()
    {
        options.LeaderElection.Enabled = false;
        await WritePassesAsync();
    }

    private async Task WritePassesAsync()
    {
        var writing = WriteAsync();
        await (await api.NextAsync("POST", ConfigMaps)).ReplyAsync(201, "{}");
        await writing.Soon();
    }

    private Task<V1ConfigMap> WriteAsync() => client.CoreV1.CreateNamespacedConfigMapAsync(new V1ConfigMap(), "ns", cancellationToken: caller.Token);
}
