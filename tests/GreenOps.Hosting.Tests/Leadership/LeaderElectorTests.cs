using GreenOps.Hosting.Tests.Stub;
using k8s;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace GreenOps.Hosting.Tests.Leadership;

public sealed class LeaderElectorTests : IAsyncLifetime
{
    private readonly SteppedTime time = new();
    private readonly LeaseStore leases = new();
    private readonly LogBook<LeaderElector> log = new();
    private readonly CancellationTokenSource stop = new();
    private StubApi api = null!;

    public async ValueTask InitializeAsync()
    {
        api = await StubApi.StartAsync();
        api.Handler = leases.AnswerAsync;
    }

    public async ValueTask DisposeAsync()
    {
        await api.DisposeAsync();
        stop.Dispose();
    }

    [Fact]
    public async Task The_first_creates_the_lease_and_renews_it()
    {
        var elector = Elector("a");
        await elector.AcquireAsync(stop.Token).Soon();
        Assert.Equal("a", leases.Holder);
        Assert.Equal(12, (int?)leases.Spec["leaseDurationSeconds"]);
        var acquired = (string?)leases.Spec["renewTime"];

        var holding = elector.HoldAsync(stop.Token);
        Assert.Equal(TimeSpan.FromSeconds(2), await time.WakeNextAsync());
        await time.SleepersAsync(1);

        Assert.NotEqual(acquired, (string?)leases.Spec["renewTime"]);
        Assert.Equal(acquired, (string?)leases.Spec["acquireTime"]);
        await stop.CancelAsync();
        await holding.Soon();
    }

    [Fact]
    public async Task The_second_takes_over_when_the_first_dies_and_not_before_its_lease_is_over()
    {
        await Elector("a").AcquireAsync(stop.Token).Soon();
        var waited = TimeSpan.Zero;
        var acquiring = Elector("b").AcquireAsync(stop.Token);
        while (leases.Holder == "a" && !acquiring.IsCompleted)
        {
            await Task.WhenAny(time.SleepersAsync(1), acquiring);
            if (!acquiring.IsCompleted)
                waited += await time.WakeNextAsync();
        }
        await acquiring.Soon();
        Assert.Equal("b", leases.Holder);
        Assert.InRange(waited, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(14));
        Assert.Equal(1, (int?)leases.Spec["leaseTransitions"]);
    }

    [Fact]
    public async Task The_second_waits_as_long_as_the_first_renews()
    {
        var first = Elector("a");
        await first.AcquireAsync(stop.Token).Soon();
        var holding = first.HoldAsync(stop.Token);
        var acquiring = Elector("b").AcquireAsync(stop.Token);
        for (var i = 0; i < 40; i++)
            await time.WakeNextAsync(2);
        await time.SleepersAsync(2);
        Assert.Equal("a", leases.Holder);
        Assert.False(acquiring.IsCompleted || holding.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring);
        await holding.Soon();
    }

    [Fact]
    public async Task A_released_lease_is_taken_over_with_the_next_look()
    {
        var first = Elector("a");
        await first.AcquireAsync(stop.Token).Soon();
        var acquiring = Elector("b").AcquireAsync(stop.Token);
        await time.SleepersAsync(1);
        await first.ReleaseAsync().Soon();
        Assert.Equal("", leases.Holder);
        Assert.InRange(await time.WakeNextAsync(), TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1));
        await acquiring.Soon();
        Assert.Equal("b", leases.Holder);
        Assert.Equal(1, (int?)leases.Spec["leaseTransitions"]);
    }

    [Fact]
    public async Task A_follower_whose_date_is_put_forward_waits_all_the_same()
    {
        await Elector("a").AcquireAsync(stop.Token).Soon();
        var clocks = new TwoClocks();
        var view = new LeaseView(await ReadAsync(), clocks.GetTimestamp());
        clocks.Date += TimeSpan.FromDays(1);
        Assert.False(view.IsFree("b", clocks));
        clocks.Uptime += TimeSpan.FromSeconds(12);
        Assert.True(view.IsFree("b", clocks));
    }

    [Fact]
    public async Task A_renewal_that_stalls_leaves_time_for_another()
    {
        var elector = Elector("a");
        await elector.AcquireAsync(stop.Token).Soon();
        var before = (string?)leases.Spec["renewTime"];
        var holding = elector.HoldAsync(stop.Token);
        api.Handler = _ => Task.FromResult(false);
        await time.WakeNextAsync();
        var stalled = await api.NextAsync("GET", $"{LeaseStore.Path}/lock");
        api.Handler = leases.AnswerAsync;
        time.Advance(TimeSpan.FromSeconds(3));
        await stalled.Aborted;
        await time.WakeNextAsync();
        await time.SleepersAsync(1);
        Assert.NotEqual(before, (string?)leases.Spec["renewTime"]);
        Assert.False(holding.IsCompleted);
        await stop.CancelAsync();
        await holding.Soon();
    }

    [Fact]
    public async Task One_lost_connection_does_not_cost_the_leadership()
    {
        var elector = Elector("a");
        await elector.AcquireAsync(stop.Token).Soon();
        var holding = elector.HoldAsync(stop.Token);
        leases.Outage = _ => true;
        await time.WakeNextAsync();
        await time.SleepersAsync(1);
        leases.Outage = _ => false;
        var before = (string?)leases.Spec["renewTime"];
        await time.WakeNextAsync();
        await time.SleepersAsync(1);
        Assert.NotEqual(before, (string?)leases.Spec["renewTime"]);
        await stop.CancelAsync();
        await holding.Soon();
    }

    [Fact]
    public async Task One_lost_connection_does_not_end_the_wait_for_leadership()
    {
        leases.Outage = _ => true;
        var acquiring = Elector("a").AcquireAsync(stop.Token);
        await time.SleepersAsync(1);
        leases.Outage = _ => false;
        await time.WakeNextAsync();
        await acquiring.Soon();
    }

    [Fact]
    public async Task An_outage_costs_the_leadership_before_the_lease_is_over()
    {
        var elector = Elector("a");
        await elector.AcquireAsync(stop.Token).Soon();
        var started = time.GetUtcNow();
        var holding = elector.HoldAsync(stop.Token);
        leases.Outage = _ => true;
        while (!holding.IsCompleted)
        {
            var resting = time.SleepersAsync(1);
            if (await Task.WhenAny(resting, holding) == resting)
                await time.WakeNextAsync();
        }
        await holding;
        Assert.InRange(time.GetUtcNow() - started, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(11));
        Assert.Single(log.Entries, entry => entry.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_costs_the_leadership_too()
    {
        var elector = Elector("a");
        await elector.AcquireAsync(stop.Token).Soon();
        var holding = elector.HoldAsync(stop.Token);
        api.Handler = _ => Task.FromResult(false);
        await time.WakeNextAsync();
        await api.NextAsync("GET", $"{LeaseStore.Path}/lock");
        time.Advance(TimeSpan.FromSeconds(8));
        await holding.Soon();
    }

    [Fact]
    public async Task A_lease_in_other_hands_is_lost_at_once()
    {
        var elector = Elector("a");
        await elector.AcquireAsync(stop.Token).Soon();
        var holding = elector.HoldAsync(stop.Token);
        leases.Write("""{"holderIdentity":"b","leaseDurationSeconds":15}""");
        await time.WakeNextAsync();
        await holding.Soon();
        Assert.Equal("b", leases.Holder);
    }

    [Fact]
    public async Task A_release_leaves_a_lease_in_other_hands_alone()
    {
        var elector = Elector("a");
        await elector.AcquireAsync(stop.Token).Soon();
        leases.Write("""{"holderIdentity":"b","leaseDurationSeconds":15}""");
        await elector.ReleaseAsync().Soon();
        Assert.Equal("b", leases.Holder);
    }

    [Fact]
    public async Task A_renewal_cut_off_by_the_stop_does_not_keep_the_lease_from_being_released()
    {
        var elector = Elector("a");
        await elector.AcquireAsync(stop.Token).Soon();
        var holding = elector.HoldAsync(stop.Token);
        api.Handler = _ => Task.FromResult(false);
        await time.WakeNextAsync();
        await api.NextAsync("GET", $"{LeaseStore.Path}/lock");
        await stop.CancelAsync();
        await holding.Soon();
        api.Handler = leases.AnswerAsync;
        await elector.ReleaseAsync().Soon();
        Assert.Equal("", leases.Holder);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"holderIdentity":"","leaseDurationSeconds":1}""")]
    public async Task A_lease_that_nobody_holds_is_taken(string spec)
    {
        leases.Write(spec);
        await Elector("a").AcquireAsync(stop.Token).Soon();
        Assert.Equal("a", leases.Holder);
    }

    [Fact]
    public async Task Of_many_who_start_together_one_wins()
    {
        var electors = Enumerable.Range(0, 8).Select(i => Elector($"e{i}").AcquireAsync(stop.Token)).ToList();
        await time.SleepersAsync(7);
        await Task.WhenAny(electors).Soon();
        _ = Assert.Single(electors, acquiring => acquiring.IsCompletedSuccessfully);
        await stop.CancelAsync();
        await Task.WhenAll(electors.Select(acquiring => acquiring.ContinueWith(_ => { }, TaskScheduler.Default))).Soon();
    }

    private Task<k8s.Models.V1Lease> ReadAsync() => api.Client.CoordinationV1.ReadNamespacedLeaseAsync("lock", "ops", cancellationToken: TestContext.Current.CancellationToken);

    private LeaderElector Elector(string identity)
    {
        var options = new HostingOptions();
        (options.LeaderElection.LeaseNamespace, options.LeaderElection.LeaseName, options.LeaderElection.Identity) = ("ops", "lock", identity);
        return new(api.Client, new WriteFence(Options.Create(options), time), options.LeaderElection, time, log);
    }
}
