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
    /// <returns>False when lost, true when cancelled.</returns>
    public async Task<bool> HoldAsync(CancellationToken cancellationToken)
    {
        var renewed = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(options.RetryPeriod, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return true;
            var left = options.RenewDeadline - time.GetElapsedTime(renewed);
            // The renewal counts from when it was sent: others may have seen it as early as that.
            var sent = time.GetTimestamp();
            var attempt = left > TimeSpan.Zero ? await TryHoldAsync(left, cancellationToken) : LeaseAttempt.Failed;
            if (attempt == LeaseAttempt.Held)
                renewed = sent;
            else if (attempt == LeaseAttempt.HeldByOther || time.GetElapsedTime(renewed) >= options.RenewDeadline)
                return cancellationToken.IsCancellationRequested;
        }
    }

    /// <summary>Lets the next process in after a second instead of the whole lease; call it when the workers have stopped.</summary>
    public async Task ReleaseAsync()
    {
        if (view is null)
            return;
        // An empty holder would be plainer, but some electors never acquire such a lease.
        using var limit = new CancellationTokenSource(ReleaseTimeout, time);
        await AttemptAsync(async token =>
        {
            view = Seen(await client.CoordinationV1.ReplaceNamespacedLeaseAsync(
                view.HeldBy(options.Identity, ReleasedDuration, time.GetUtcNow()), options.LeaseName, options.LeaseNamespace, cancellationToken: token));
            return LeaseAttempt.Held;
        }, limit.Token);
    }

    private async Task<LeaseAttempt> TryHoldAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var attempt = await AttemptAsync(HoldOnceAsync, either.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return attempt;
    }

    private async Task<LeaseAttempt> HoldOnceAsync(CancellationToken cancellationToken)
    {
        var leases = client.CoordinationV1;
        try
        {
            view = Seen(await leases.ReadNamespacedLeaseAsync(options.LeaseName, options.LeaseNamespace, cancellationToken: cancellationToken));
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            var none = new LeaseView(new V1Lease { Metadata = new V1ObjectMeta { Name = options.LeaseName } }, time.GetUtcNow());
            view = Seen(await leases.CreateNamespacedLeaseAsync(
                none.HeldBy(options.Identity, options.LeaseDuration, time.GetUtcNow()), options.LeaseNamespace, cancellationToken: cancellationToken));
            return LeaseAttempt.Held;
        }
        if (!view.IsFree(options.Identity, time.GetUtcNow()))
            return LeaseAttempt.HeldByOther;
        // The resource version in the metadata makes the server refuse the write if another was faster.
        view = Seen(await leases.ReplaceNamespacedLeaseAsync(
            view.HeldBy(options.Identity, options.LeaseDuration, time.GetUtcNow()), options.LeaseName, options.LeaseNamespace, cancellationToken: cancellationToken));
        return LeaseAttempt.Held;
    }

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
