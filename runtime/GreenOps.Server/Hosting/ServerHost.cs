using GreenOps.Artifacts;
using GreenOps.Contract;
using GreenOps.Server.Execution;
using GreenOps.Server.Inference;
using GreenOps.Server.Page;
using GreenOps.Server.Protocol;
using GreenOps.Server.Routing;
using GreenOps.Server.Rpc;
using GreenOps.Server.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Prometheus;

namespace GreenOps.Server.Hosting;

/// <summary>Puts the server together.</summary>
public static partial class ServerHost
{
    /// <summary>What in-flight requests may take after the drain delay.</summary>
    private static readonly TimeSpan FinishTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Builds the application; nothing is loaded and nothing listens before it starts.</summary>
    /// <param name="options">What was decided before.</param>
    public static WebApplication Build(ServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);

        // A log scope and an activity a request cost as much as a small inference, and nothing here writes them.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            KestrelLimits.Apply(kestrel.Limits, options);
            kestrel.Listen(options.Address, options.Port);
            // Without TLS nothing is negotiated, so HTTP/2 has a port of its own.
            kestrel.Listen(options.Address, options.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        });
        // What a thread received it also answers: handing it to another costs more than most requests do.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainDelay + FinishTimeout);
        AddServices(builder.Services, options);
        RpcHost.AddServices(builder.Services, options);
        Tracing.AddTo(builder.Services);
        var app = builder.Build();
        Map(app);
        Describe(app, options);
        return app;
    }

    private static void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(ExecutionProvider.Choose());
        services.AddSingleton<ServingState>();
        services.AddSingleton<IModelLoader, ModelLoader>();
        services.AddSingleton(provider => new RoutingLoader(
            provider.GetRequiredService<IModelLoader>(), options.Models));
        services.AddSingleton(_ => new RoutingFile(options.Routing));
        services.AddSingleton(provider => new InferenceSlots(options.Slots, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<InferenceScheduler>();
        services.AddSingleton(provider => ProcessTotals.CreateWindow(
            options, provider.GetRequiredService<InferenceSlots>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => EnergyMeters.Machine.StartForProcess(options.Power, options.Cores, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<VariantEnergy>();
        services.AddSingleton(provider => new ServerMetrics(
            provider.GetRequiredService<ExecutionProvider>(),
            provider.GetRequiredService<BusyWindow>(),
            provider.GetRequiredService<VariantEnergy>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<VariantRepository>();
        services.AddSingleton<ModelRepository>();
        services.AddSingleton<InferenceService>();
        services.AddSingleton<InferenceEndpoint>();
        services.AddSingleton(provider => provider.GetRequiredService<InferenceScheduler>().Watchdog);
        services.AddHostedService<VariantGuard>();
        services.AddHostedService<RoutingWatcher>();
        services.AddHostedService<DrainService>();
    }

    private static void Map(WebApplication app)
    {
        var state = app.Services.GetRequiredService<ServingState>();
        var inference = app.Services.GetRequiredService<InferenceEndpoint>();
        app.Use(next => context =>
        {
            // Clients that hold a connection must look for another server before this one closes it.
            if (state.Draining && HttpProtocol.IsHttp11(context.Request.Protocol))
            {
                context.Response.Headers.Connection = "close";
            }

            return inference.Find(context) ?? next(context);
        });
        app.UseStatusCodePages(page => JsonAnswer.WriteErrorAsync(
            page.HttpContext,
            page.HttpContext.Response.StatusCode,
            $"{page.HttpContext.Request.Method} {page.HttpContext.Request.Path} is nothing this server answers; see GET /v2."));
        app.UseRouting();
        InformationEndpoints.Map(app, state);
        inference.Map(app);
        RepositoryEndpoints.Map(app, app.Services.GetRequiredService<ModelRepository>());
        PageEndpoints.Map(app);
        RpcHost.Map(app);
        app.MapMetrics(HttpPaths.Metrics, app.Services.GetRequiredService<ServerMetrics>().Registry);
    }

    private static void Describe(WebApplication app, ServerOptions options)
    {
        var provider = app.Services.GetRequiredService<ExecutionProvider>();
        LogStart(app.Logger, ServerMetrics.Version, provider.Name, ExecutionProvider.RuntimeVersion, options.Cores, options.Slots);
        LogEnergy(app.Logger, EnergyMeters.Machine.Describe());
        app.Lifetime.ApplicationStarted.Register(() => LogListening(app.Logger, app.Urls.First(), app.Urls.Last()));
    }

    [LoggerMessage(1, LogLevel.Information, "greenops-server {Version}, execution provider {Provider}, ONNX Runtime {Runtime}, {Cores} cores, {Slots} concurrent inferences.")]
    private static partial void LogStart(ILogger logger, string version, string provider, string runtime, double cores, int slots);

    [LoggerMessage(3, LogLevel.Information, "{Meters}")]
    private static partial void LogEnergy(ILogger logger, string meters);

    [LoggerMessage(2, LogLevel.Information, "Listening on {Http}, and for gRPC on {Grpc}.")]
    private static partial void LogListening(ILogger logger, string http, string grpc);
}
