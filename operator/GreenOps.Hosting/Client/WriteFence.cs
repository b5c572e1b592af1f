using Microsoft.Extensions.Options;

namespace GreenOps.Hosting;

/// <summary>
/// Stands between the client and the network and lets a write pass only while this process holds an unexpired lease, judged at the
/// moment of sending: also a controller that ignores its cancellation, or a process that was frozen, writes nothing after another
/// one may lead. Reads and the lease's own writes always pass; without leader election everything does.
/// <code>
///   shut ──renewed──> open ──closing──> closed, what is in flight is carried to its end
///                      └─────lost─────> closed, what is in flight is cut off
/// </code>
/// </summary>
internal sealed class WriteFence(IOptions<HostingOptions> options, TimeProvider time) : DelegatingHandler
{
    private readonly LeaderElectionOptions election = options.Value.LeaderElection;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource lost = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Moment? renewed;
    private bool closed;
    private int inFlight;

    /// <summary>True when the client sends through this fence.</summary>
    public bool IsInPlace => InnerHandler is not null;

    /// <summary>The lease was renewed by a request sent at this moment: others may have counted its duration from there.</summary>
    public void Renewed(Moment sent)
    {
        lock (gate)
            renewed = sent;
    }

    /// <summary>Lets no further write begin; completes when those in flight have been answered.</summary>
    public Task CloseAsync()
    {
        lock (gate)
        {
            closed = true;
            if (inFlight == 0)
                drained.TrySetResult();
        }
        return drained.Task;
    }

    /// <summary>Lets no further write begin, and cuts off those in flight.</summary>
    public async Task LoseAsync()
    {
        _ = CloseAsync();
        await lost.CancelAsync();
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Requests that block a thread are not fenced: use SendAsync.");

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!election.Enabled || IsRead(request.Method) || IsLease(request.RequestUri!))
            return await base.SendAsync(request, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        Enter(request);
        try
        {
            // The caller's token no longer counts: a write that has begun is carried to its end, so that its outcome is known
            // before the lease is released. The client's timeout bounds it.
            return await base.SendAsync(request, lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            throw new NotLeadingException($"{Describe(request)} was cut off: the lease is lost.");
        }
        finally
        {
            Leave();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            lost.Dispose();
        base.Dispose(disposing);
    }

    private void Enter(HttpRequestMessage request)
    {
        lock (gate)
        {
            if (closed || renewed is not { } since || since.Age(time) >= election.RenewDeadline)
                throw new NotLeadingException($"{Describe(request)} was held back: this process does not hold the lease.");
            inFlight++;
        }
    }

    private void Leave()
    {
        lock (gate)
        {
            if (--inFlight == 0 && closed)
                drained.TrySetResult();
        }
    }

    private bool IsLease(Uri uri)
    {
        var leases = $"/apis/coordination.k8s.io/v1/namespaces/{election.LeaseNamespace}/leases";
        return uri.AbsolutePath.EndsWith(leases, StringComparison.Ordinal)
            || uri.AbsolutePath.EndsWith($"{leases}/{election.LeaseName}", StringComparison.Ordinal);
    }

    private static bool IsRead(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options;

    private static string Describe(HttpRequestMessage request) => $"{request.Method} {request.RequestUri!.AbsolutePath}";
}
