using System.Text;
using GreenOps.Benchmarks.Faults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace GreenOps.Benchmarks.Tests;

/// <summary>The judge of the fault run must be able to find somebody guilty.</summary>
public sealed class WriteLedgerTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly WriteLedger ledger;

    public WriteLedgerTests() => ledger = new WriteLedger(time);

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task The_holder_of_the_Lease_may_write()
    {
        await TakeLeaseAsync(0, "first");
        await WriteAsync(0);

        Assert.Empty(ledger.Violations);
        Assert.Equal(1, ledger.Writes);
    }

    [Fact]
    public async Task Nobody_may_write_before_it_holds_the_Lease()
    {
        await WriteAsync(0);

        Assert.Single(ledger.Violations);
    }

    [Fact]
    public async Task A_process_that_lost_the_Lease_may_not_write()
    {
        await TakeLeaseAsync(0, "first");
        await TakeLeaseAsync(1, "second");
        await WriteAsync(0);

        Assert.Contains("first while second held", Assert.Single(ledger.Violations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Lease_that_the_server_refused_counts_for_nothing()
    {
        await TakeLeaseAsync(0, "first");
        await TakeLeaseAsync(1, "second", StatusCodes.Status409Conflict);
        await WriteAsync(0);

        Assert.Empty(ledger.Violations);
        Assert.Equal(0, ledger.HolderDoor);
    }

    [Fact]
    public async Task A_holder_that_did_not_renew_in_time_may_not_write()
    {
        await TakeLeaseAsync(0, "first");
        time.Advance(TimeSpan.FromSeconds(16));
        await WriteAsync(0);

        Assert.Single(ledger.Violations);
    }

    private Task TakeLeaseAsync(int door, string identity, int status = StatusCodes.Status200OK)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = HttpMethods.Put;
        context.Request.Path = "/apis/coordination.k8s.io/v1/namespaces/greenops/leases/greenops-operator";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes($$$"""{"spec":{"holderIdentity":"{{{identity}}}","leaseDurationSeconds":15}}"""));
        return ledger.HandleAsync(context, door, () =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
    }

    private Task WriteAsync(int door)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = HttpMethods.Patch;
        context.Request.Path = "/api/v1/namespaces/default/configmaps/a";
        return ledger.HandleAsync(context, door, () => Task.CompletedTask);
    }
}
