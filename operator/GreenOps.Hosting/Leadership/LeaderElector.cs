using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace GreenOps.Hosting;

/// <summary>
/// Leader election over a Lease, after client-go's algorithm. The client's own elector gives up leadership on one transport error,
/// still calls itself leader after a loss, does not release, and takes no clock.
/// </summary>
[EntityRbac(typeof(V1Lease), Scope = RbacScope.Own, Verbs = RbacVerb.Get | RbacVerb.Create | RbacVerb.Update)]
internal sealed class LeaderElector(
    IKubernetes client, LeaderElectionOptions options, TimeProvider time, ILogger<LeaderElector> logger)
{
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReleasedDuration = TimeSpan.FromSeconds(1);

    private readonly string lease = $"{options.LeaseNamespace}/{options.LeaseName}";
    private LeaseView? view;

    /// <summary>Tries until this process holds the lease.</summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        string? follows = null;
        while (true)
        {
            var attempt = await TryHoldAsync(options.RenewDeadline, cancellationToken);
            if (attempt == LeaseAttempt.Held)
                break;
            if (attempt == LeaseAttempt.HeldByOther && view!.Holder != follows)
                Log.Following(logger, lease, follows = view.Holder);
            await Task.Delay(options.RetryPeriod * (1 + Random.Shared.NextDouble()), time, cancellationToken);
        }
        Log.Leading(logger, options.Identity, lease);
    }

    /// <summary>Renews the lease; returns once it is lost, or when cancelled.</summary>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        var renewed = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(options.RetryPeriod, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return;
            var left = options.RenewDeadline - time.GetElapsedTime(renewed);
            // The renewal counts from when it was sent: others may have seen it as early as that.
            var sent = time.GetTimestamp();
            var attempt = left > TimeSpan.Zero ? await TryHoldAsync(left, cancellationToken) : LeaseAttempt.Failed;
            if (attempt == LeaseAttempt.Held)
                renewed = sent;
            else if (attempt == LeaseAttempt.HeldByOther || time.GetElapsedTime(renewed) >= options.RenewDeadline)
                return;
        }
    }

    /// <summary>Lets the next process in after a second instead of the whole lease; call it when the workers have stopped.</summary>
    public async Task ReleaseAsync()
    {
        // An empty holder would be plainer, but some electors never acquire such a lease.
        using var limit = new CancellationTokenSource(ReleaseTimeout, time);
        await AttemptAsync(async token =>
        {
            await ReadAsync(token);
            if (view!.Holder != options.Identity)
                return LeaseAttempt.HeldByOther;
            await WriteAsync(ReleasedDuration, token);
            return LeaseAttempt.Held;
        }, limit.Token);
    }

    private async Task<LeaseAttempt> TryHoldAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        return await AttemptAsync(HoldOnceAsync, either.Token);
    }

    private async Task<LeaseAttempt> HoldOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            var now = time.GetUtcNow();
            var none = new LeaseView(new V1Lease { Metadata = new V1ObjectMeta { Name = options.LeaseName } }, now);
            view = Seen(await client.CoordinationV1.CreateNamespacedLeaseAsync(
                none.HeldBy(options.Identity, options.LeaseDuration, now), options.LeaseNamespace, cancellationToken: cancellationToken));
            return LeaseAttempt.Held;
        }
        if (!view!.IsFree(options.Identity, time.GetUtcNow()))
            return LeaseAttempt.HeldByOther;
        await WriteAsync(options.LeaseDuration, cancellationToken);
        return LeaseAttempt.Held;
    }

    private async Task ReadAsync(CancellationToken cancellationToken) => view = Seen(
        await client.CoordinationV1.ReadNamespacedLeaseAsync(options.LeaseName, options.LeaseNamespace, cancellationToken: cancellationToken));

    // The resource version in the metadata makes the server refuse the write if another was faster.
    private async Task WriteAsync(TimeSpan duration, CancellationToken cancellationToken) => view = Seen(
        await client.CoordinationV1.ReplaceNamespacedLeaseAsync(
            view!.HeldBy(options.Identity, duration, time.GetUtcNow()), options.LeaseName, options.LeaseNamespace, cancellationToken: cancellationToken));

    private LeaseView Seen(V1Lease read) => LeaseView.After(view, read, time.GetUtcNow());

    private async Task<LeaseAttempt> AttemptAsync(Func<CancellationToken, Task<LeaseAttempt>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await attempt(cancellationToken);
        }
        // One lost connection must not cost the leadership: whatever went wrong, the deadline decides.
        catch (Exception error)
        {
            Log.LeaseAttemptFailed(logger, lease, (error as HttpOperationException)?.Response?.Content ?? error.Message);
            return LeaseAttempt.Failed;
        }
    }

    private enum LeaseAttempt
    {
        Held,
        HeldByOther,
        Failed,
    }
}
