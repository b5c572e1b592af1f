using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GreenOps.Hosting;

/// <summary>Runs the informers always, and the controllers while this process leads.</summary>
internal sealed class HostingService(
    IEnumerable<IInformer> informers,
    IEnumerable<IController> controllers,
    LeaderElector elector,
    WriteFence fence,
    IOptions<HostingOptions> options,
    HostingHealth health,
    IHostApplicationLifetime lifetime,
    ILogger<HostingService> logger) : BackgroundService
{
    private readonly LeaderElectionOptions election = options.Value.LeaderElection;

    // Resolved here, so that every controller has subscribed before an informer runs.
    private readonly IReadOnlyList<IController> controllers = [.. controllers];
    private readonly IReadOnlyList<IInformer> informers = [.. informers];

    public override Task StartAsync(CancellationToken cancellationToken) =>
        election.Enabled && !fence.IsInPlace
            ? throw new InvalidOperationException("Leader election needs a client whose writes are fenced: register it with AddKubernetesClient.")
            : base.StartAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // From the first sign: services that stop before this one may take their time.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        var working = election.Enabled ? LeadAsync(stop.Token) : WorkAsync(stop.Token);
        var loops = informers.Select(informer => informer.RunAsync(stop.Token)).Append(working).ToList();
        var ended = await Task.WhenAny(loops);
        if (!stop.IsCancellationRequested)
        {
            health.Ended();
            Log.LoopEnded(logger, ended.Exception);
            End();
        }
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LeadAsync(CancellationToken stop)
    {
        await elector.AcquireAsync(stop);
        // The lease outlives the stop signal: it is renewed until the last write has been answered.
        using var tenure = new CancellationTokenSource();
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var holding = elector.HoldAsync(tenure.Token);
        var working = WorkAsync(work.Token);
        var lost = await Task.WhenAny(Ended(working, stop), holding) == holding;
        health.Leading = false;
        if (!lost && !working.IsFaulted)
        {
            var drained = fence.CloseAsync();
            if (await Task.WhenAny(drained, holding) == drained)
            {
                await tenure.CancelAsync();
                await holding;
                // Workers that ignore the stop are not waited for: none of their writes passes any more.
                await elector.ReleaseAsync();
                await working;
                return;
            }
        }
        await fence.LoseAsync();
        if (!working.IsFaulted)
        {
            Log.LeadershipLost(logger, election.Identity, $"{election.LeaseNamespace}/{election.LeaseName}");
            End();
        }
        await work.CancelAsync();
        await working;
    }

    /// <summary>Completes with the task, or at the stop signal.</summary>
    private static async Task Ended(Task task, CancellationToken stop) =>
        await task.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        health.Leading = true;
        try
        {
            await Loops.RunAsync(controllers.Select(controller => controller.RunAsync(cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped while waiting for the caches.
        }
        finally
        {
            health.Leading = false;
        }
    }

    private void End()
    {
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }
}
