using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GreenOps.Hosting;

/// <summary>Runs the informers always, and the controllers while this process leads.</summary>
internal sealed class HostingService(
    IEnumerable<IInformer> informers,
    IEnumerable<IController> controllers,
    LeaderElector elector,
    IOptions<HostingOptions> options,
    HostingHealth health,
    IHostApplicationLifetime lifetime,
    ILogger<HostingService> logger) : BackgroundService
{
    private readonly LeaderElectionOptions election = options.Value.LeaderElection;

    // Resolved here, so that every controller has subscribed before an informer runs.
    private readonly IReadOnlyList<IController> controllers = [.. controllers];
    private readonly IReadOnlyList<IInformer> informers = [.. informers];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var watching = Task.WhenAll(informers.Select(informer => informer.RunAsync(stoppingToken)));
        try
        {
            if (election.Enabled)
                await LeadAsync(stoppingToken);
            else
                await WorkAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped before there was anything to end.
        }
        await watching;
    }

    private async Task LeadAsync(CancellationToken stoppingToken)
    {
        await elector.AcquireAsync(stoppingToken);
        // The lease outlives the stop signal: it is renewed until the last worker has come to its end.
        using var tenure = new CancellationTokenSource();
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var holding = elector.HoldAsync(tenure.Token);
        var working = WorkAsync(work.Token);
        if (await Task.WhenAny(working, holding) == holding)
        {
            health.Leading = false;
            Log.LeadershipLost(logger, election.Identity, $"{election.LeaseNamespace}/{election.LeaseName}");
            Environment.ExitCode = 1;
            await work.CancelAsync();
            lifetime.StopApplication();
            await working;
            return;
        }
        await tenure.CancelAsync();
        await holding;
        await elector.ReleaseAsync();
        await working;
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        health.Leading = true;
        try
        {
            await Task.WhenAll(controllers.Select(controller => controller.RunAsync(cancellationToken)));
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
}
