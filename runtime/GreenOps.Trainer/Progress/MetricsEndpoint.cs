using System.Net;
using GreenOps.Contract;
using Prometheus;

namespace GreenOps.Trainer.Progress;

/// <summary>Serves the stage's metrics over HTTP.</summary>
internal static partial class MetricsEndpoint
{
    /// <summary>Starts the endpoint. A port that is taken costs the progress display, not the stage.</summary>
    public static async Task<IAsyncDisposable?> StartAsync(int port, ILogger logger)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = IPAddress.TryParse(Environment.GetEnvironmentVariable(EnvironmentNames.BindAddress), out var bind) ? bind : IPAddress.Any;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port));
        // The stage handles SIGTERM itself: a checkpoint comes before the end.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        app.MapMetrics(HttpPaths.Metrics);
        app.MapGet(HttpPaths.Liveness, () => Results.Text("ok"));
        try
        {
            await app.StartAsync();
            return app;
        }
        catch (IOException error)
        {
            LogPortTaken(logger, port, error.Message);
            await app.DisposeAsync();
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Progress is not served on port {Port}: {Error}")]
    private static partial void LogPortTaken(ILogger logger, int port, string error);

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
