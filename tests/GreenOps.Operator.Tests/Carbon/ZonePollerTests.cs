using GreenOps.Api.Zones;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Carbon.Providers;
using GreenOps.Operator.Tests.Worlds;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon;

/// <summary>A zone is one account's quota: who asks, and how often, must not depend on who looks.</summary>
public sealed class ZonePollerTests : IAsyncLifetime
{
    private const string Vendor = "Prometheus";

    private Vendor vendor = null!;
    private Asking asking = null!;
    private CarbonZone zone = null!;

    private int Polls => vendor.Paths.Count(path => path == "/api/v1/query");

    public async ValueTask InitializeAsync()
    {
        vendor = await Providers.Vendor.StartAsync();
        asking = new Asking().WithSecrets();
        zone = Documented.Zone(Vendor, vendor.Answers(Vendor, asking.Now).Url);
    }

    public async ValueTask DisposeAsync()
    {
        await asking.DisposeAsync();
        await vendor.DisposeAsync();
    }

    [Fact]
    public async Task A_zone_that_is_looked_at_often_is_asked_for_once_in_its_interval()
    {
        for (var look = 0; look < 20; look++)
        {
            await LookAsync();
        }

        Assert.Equal(1, Polls);
        Assert.Equal(asking.Now.AddMinutes(5), zone.Status!.NextPollAt);

        await PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(2, Polls);
    }

    [Fact]
    public async Task A_restart_does_not_ask_again_and_changes_nothing()
    {
        await LookAsync();
        var before = zone.Status!;
        await RestartAsync();

        asking.Now = asking.Now.AddMinutes(2);
        var plan = await LookAsync();

        Assert.Equal(1, Polls);
        Assert.True(StatusText.Same(before, zone.Status));
        Assert.Empty(plan.Events);
        Assert.Equal(TimeSpan.FromMinutes(3), plan.RequeueAfter);
    }

    [Fact]
    public async Task What_was_said_is_written_later_when_the_API_server_is_away()
    {
        await asking.Poller.PollAsync(zone, asking.Now, TestContext.Current.CancellationToken);

        asking.Now = asking.Now.AddMinutes(1);
        await LookAsync();

        Assert.Equal(1, Polls);
        Assert.Equal(300, zone.Status!.GramsPerKWh);
    }

    [Fact]
    public async Task A_fault_is_not_asked_away()
    {
        vendor.Fail(500);
        for (var look = 0; look < 5; look++)
        {
            await LookAsync();
        }

        await RestartAsync();
        await LookAsync();

        // One poll: a request and its two retries.
        Assert.Equal(3, Polls);
        Assert.Equal("ProviderUnavailable", zone.Status!.Conditions!.Single(condition => condition.Type == "Polled").Reason);
    }

    [Fact]
    public async Task A_vendor_that_wants_to_be_left_alone_is_also_after_a_restart()
    {
        vendor.Fail(429, "", ("Retry-After", "3600"));
        await LookAsync();
        await RestartAsync();

        await PassAsync(TimeSpan.FromMinutes(59));
        Assert.Equal(1, Polls);

        await PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(2, Polls);
    }

    [Fact]
    public async Task A_changed_manifest_is_asked_for_at_once()
    {
        await LookAsync();
        zone.Spec = zone.Spec with { PollIntervalSeconds = 60 };
        zone.Metadata = Copy.Of(zone.Metadata);
        zone.Metadata.Generation = 2;
        await LookAsync();

        Assert.Equal(2, Polls);
    }

    [Fact]
    public async Task A_clock_that_was_days_ahead_does_not_silence_a_zone()
    {
        zone.Status = new CarbonZoneStatus { ObservedGeneration = 1, NextPollAt = asking.Now.AddDays(3) };
        await LookAsync();

        Assert.Equal(1, Polls);
    }

    [Fact]
    public async Task A_rotated_token_is_used_at_the_next_poll()
    {
        await LookAsync();
        asking.Secrets["greenops/carbon/token"] = "rotated";
        await PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal("Bearer rotated", vendor.Requests[^1].Header("Authorization"));
    }

    [Fact]
    public async Task A_missing_Secret_is_a_fault_and_nothing_is_asked()
    {
        asking.Secrets.Clear();
        await LookAsync();

        Assert.Equal("SecretNotFound", zone.Status!.Conditions!.Single(condition => condition.Type == "Polled").Reason);
        Assert.Empty(vendor.Requests);
    }

    [Fact]
    public async Task A_trace_survives_the_loss_of_its_ConfigMap_until_it_is_stale()
    {
        zone = Samples.TraceZone(new TraceReplay { StartAt = Asking.Noon });
        zone.Metadata.Uid = "trace";
        asking.Trace = "timestamp_utc,gco2_per_kwh\n2026-01-01T00:00:00Z,100\n2026-01-01T01:00:00Z,200\n";
        await LookAsync();
        Assert.Equal(100, zone.Status!.GramsPerKWh);

        asking.Trace = null;
        await PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal([("Polled", "False", "ConfigMapNotFound"), ("Ready", "True", "ReadFailed")], Conditions());
        Assert.Equal(100, zone.Status.GramsPerKWh);

        await PassAsync(TimeSpan.FromHours(3));
        Assert.Equal([("Polled", "False", "ConfigMapNotFound"), ("Ready", "False", "Stale")], Conditions());

        asking.Trace = "timestamp_utc,gco2_per_kwh\n2026-01-01T00:00:00Z,100\n2026-01-01T01:00:00Z,200\n";
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([("Polled", "True", "Answered"), ("Ready", "True", "Fresh")], Conditions());
        Assert.Null(zone.Status.NextPollAt);
    }

    private IEnumerable<(string, string, string)> Conditions() =>
        zone.Status!.Conditions!.Select(condition => (condition.Type, condition.Status, condition.Reason));

    private Task<CarbonZonePlan> PassAsync(TimeSpan time)
    {
        asking.Now += time;
        vendor.Answers(Vendor, asking.Now);
        return LookAsync();
    }

    /// <summary>A reconcile: what is planned is written, and read back.</summary>
    private async Task<CarbonZonePlan> LookAsync()
    {
        var plan = CarbonZonePlanner.Plan(zone, await asking.Poller.PollAsync(zone, asking.Now, TestContext.Current.CancellationToken), asking.Now);
        zone.Status = Copy.Of(plan.Status);
        return plan;
    }

    private async Task RestartAsync()
    {
        Asking next = new Asking { Now = asking.Now }.WithSecrets();
        await asking.DisposeAsync();
        asking = next;
    }
}
