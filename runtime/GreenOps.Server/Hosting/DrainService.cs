using GreenOps.Server.Routing;

namespace GreenOps.Server.Hosting;

/// <summary>
/// Leaves without failing a request: when the host is told to stop, readiness goes first and serving goes on while
/// endpoints forget the server; only then does Kestrel stop listening, finish what it has and close.
/// </summary>
internal sealed partial class DrainService(
    ServingState state, ServerOptions options, TimeProvider time, ILogger<DrainService> logger) : IHostedLifecycleService
{
    private bool _started;

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.BeginDrain();
        if (!_started)
        {
            return;
        }

        LogDraining(options.DrainDelay.TotalSeconds);
        await Task.Delay(options.DrainDelay, time, cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _started = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "Draining: not ready any more, serving for {Seconds} s, then finishing what is in flight.")]
    private partial void LogDraining(double seconds);
}
