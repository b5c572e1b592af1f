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
    IKubernetes client, WriteFence fence, LeaderElectionOptions options, TimeProvider time, ILogger<LeaderElector> logger)
{
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(5);

    private readonly string lease = $"{options.LeaseNamespace}/{options.LeaseName}";

    // One request that stalls must leave time for others before the deadline.
    private readonly TimeSpan attemptLimit = options.RenewDeadline / 3;
    private readonly TimeSpan soon = options.RetryPeriod / 4;

    private LeaseView? view;
    private Moment renewed;
    private string? problem;
    private TimeSpan patience;

    /// <summary>Tries until this process holds the lease.</summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        string? follows = null;
        while (true)
        {
            var attempt = await TryHoldAsync(attemptLimit, cancellationToken);
            if (attempt == LeaseAttempt.Held)
                break;
            if (attempt == LeaseAttempt.HeldByOther && view!.Holder != follows)
                Log.Following(logger, lease, follows = view.Holder);
            // Twice as often as the leader writes: reading is cheap, and a lease let go of should not lie idle.
            var wait = options.RetryPeriod / 2 * (0.8 + (0.2 * Random.Shared.NextDouble()));
            await Task.Delay(patience > wait ? patience : wait, time, cancellationToken);
        }
        Log.Leading(logger, options.Identity, lease);
    }

    /// <summary>Renews the lease; returns once it is lost, or when cancelled.</summary>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        var wait = options.RetryPeriod;
        while (true)
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return;
            var attempt = Left() is var left && left > TimeSpan.Zero
                ? await TryHoldAsync(left < attemptLimit ? left : attemptLimit, cancellationToken)
                : LeaseAttempt.Failed;
            if (attempt == LeaseAttempt.HeldByOther || Left() <= TimeSpan.Zero)
                return;
            wait = attempt == LeaseAttempt.Held ? options.RetryPeriod : SoonAgain();
        }
    }

    /// <summary>Lets the next process in at once instead of after the whole lease; call it when no write is left in flight.</summary>
    public async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(ReleaseTimeout, time);
        // A renewal cut off by the stop may arrive in between and have the release refused: the next try reads what it left.
        while (await AttemptAsync(ReleaseOnceAsync, limit.Token) == LeaseAttempt.Failed && !limit.IsCancellationRequested)
            await Task.Delay(soon, time, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private TimeSpan Left() => options.RenewDeadline - time.GetElapsedTime(renewed.Timestamp);

    private TimeSpan SoonAgain()
    {
        var most = Left() / 2;
        return patience <= soon ? soon : patience < most ? patience : most;
    }

    private async Task<LeaseAttempt> TryHoldAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        // The renewal counts from when it was sent: others may have seen it as early as that.
        var sent = Moment.Now(time);
        var attempt = await AttemptAsync(HoldOnceAsync, either.Token);
        if (attempt == LeaseAttempt.Held)
            fence.Renewed(renewed = sent);
        return attempt;
    }

    private async Task<LeaseAttempt> HoldOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(cancellationToken);
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            var none = new LeaseView(new V1Lease { Metadata = new V1ObjectMeta { Name = options.LeaseName } }, 0);
            view = Seen(await client.CoordinationV1.CreateNamespacedLeaseAsync(
                none.HeldBy(options.Identity, options.LeaseDuration, time.GetUtcNow()), options.LeaseNamespace, cancellationToken: cancellationToken));
            return LeaseAttempt.Held;
        }
        if (!view!.IsFree(options.Identity, time))
            return LeaseAttempt.HeldByOther;
        await WriteAsync(view.HeldBy(options.Identity, options.LeaseDuration, time.GetUtcNow()), cancellationToken);
        return LeaseAttempt.Held;
    }

    private async Task<LeaseAttempt> ReleaseOnceAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        if (view!.Holder != options.Identity)
            return LeaseAttempt.HeldByOther;
        await WriteAsync(view.Released(time.GetUtcNow()), cancellationToken);
        Log.Released(logger, options.Identity, lease);
        return LeaseAttempt.Held;
    }

    private async Task ReadAsync(CancellationToken cancellationToken) => view = Seen(
        await client.CoordinationV1.ReadNamespacedLeaseAsync(options.LeaseName, options.LeaseNamespace, cancellationToken: cancellationToken));

    // The resource version in the metadata makes the server refuse the write if another was faster.
    private async Task WriteAsync(V1Lease next, CancellationToken cancellationToken) => view = Seen(
        await client.CoordinationV1.ReplaceNamespacedLeaseAsync(next, options.LeaseName, options.LeaseNamespace, cancellationToken: cancellationToken));

    private LeaseView Seen(V1Lease read) => LeaseView.After(view, read, time.GetTimestamp());

    private async Task<LeaseAttempt> AttemptAsync(Func<CancellationToken, Task<LeaseAttempt>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await attempt(cancellationToken);
            (problem, patience) = (null, TimeSpan.Zero);
            return outcome;
        }
        // One lost connection must not cost the leadership: whatever went wrong, the deadline decides.
        catch (Exception error)
        {
            var said = ApiFault.Describe(error);
            Log.LeaseAttemptFailed(logger, said == problem || ApiFault.IsConflict(error) ? LogLevel.Debug : LogLevel.Warning, lease, said);
            problem = said;
            patience = ApiFault.RetryAfter(error, time.GetUtcNow()) ?? TimeSpan.Zero;
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
