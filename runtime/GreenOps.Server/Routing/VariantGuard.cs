using GreenOps.Server.Execution;

namespace GreenOps.Server.Routing;

/// <summary>Takes a variant out of service when a run of it took too long, so that it cannot do that to every request.</summary>
internal sealed partial class VariantGuard(
    RunWatchdog watchdog, ServingState state, VariantRepository repository, ILogger<VariantGuard> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        watchdog.Overran += Isolate;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        watchdog.Overran -= Isolate;
        return Task.CompletedTask;
    }

    private void Isolate(Overrun overrun) => _ = IsolateAsync(overrun);

    private async Task IsolateAsync(Overrun overrun)
    {
        try
        {
            if (Path(overrun.Model) is { } path)
            {
                var reason = overrun.Ended
                    ? $"A run did not end within {overrun.Limit.TotalSeconds:0.###} s (--run-timeout-seconds) and was stopped."
                    : $"A run did not end within {overrun.Limit.TotalSeconds:0.###} s (--run-timeout-seconds), nor when it was told to; its thread is lost.";
                LogIsolated(path, reason);
                await repository.IsolateAsync(path, reason, CancellationToken.None);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogFailure(error);
        }
    }

    private string? Path(LoadedModel model)
    {
        using var lease = state.Acquire();
        return lease?.Table.Variants.FirstOrDefault(variant => variant.Model == model)?.Path;
    }

    [LoggerMessage(1, LogLevel.Error, "The variant in {Path} is taken out of service: {Reason}")]
    private partial void LogIsolated(string path, string reason);

    [LoggerMessage(2, LogLevel.Error, "A variant that took too long could not be taken out of service.")]
    private partial void LogFailure(Exception error);
}
