using System.Net;
using GreenOps.Api;
using GreenOps.Api.Budgets;
using GreenOps.Api.Models;
using GreenOps.Api.Zones;
using GreenOps.Contract;
using GreenOps.Hosting;
using GreenOps.Operator.Carbon;
using GreenOps.Operator.Configuration;
using GreenOps.Operator.Load;
using GreenOps.Operator.Reconciling;
using GreenOps.Operator.Telemetry;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;
using Prometheus;

namespace GreenOps.Operator.Commands;

/// <summary>Puts the operator's parts together.</summary>
internal static class OperatorHost
{
    // Within the half minute that Kubernetes gives a pod, so that the process ends by itself and with its own exit code.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A builder that has read appsettings.json and the environment.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read.</exception>
    public static WebApplicationBuilder CreateBuilder()
    {
        // Settings are read once, at the start: nothing need watch the file.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            // Each probe and scrape would be two lines.
            InitialData = new Dictionary<string, string?> { ["Logging:LogLevel:Microsoft.AspNetCore"] = nameof(LogLevel.Warning) },
        });
        return builder;
    }

    /// <summary>The operator, ready to run.</summary>
    public static WebApplication Build(WebApplicationBuilder builder, OperatorOptions options, KubernetesClientConfiguration client)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        AddLogging(builder.Logging, options.LogFormat ?? (Console.IsOutputRedirected ? LogFormat.Json : LogFormat.Text));
        AddServices(builder.Services, options, client);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(Address(), options.HttpPort));
        var app = builder.Build();
        MapEndpoints(app);
        return app;
    }

    private static void AddLogging(ILoggingBuilder logging, LogFormat format)
    {
        logging.ClearProviders();
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.IncludeScopes = true;
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
        }
    }

    private static void AddServices(IServiceCollection services, OperatorOptions options, KubernetesClientConfiguration client)
    {
        services.AddSingleton(Options.Create(options));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        services.AddSingleton(TimeProvider.System);
        services.AddKubernetesClient(_ => client);
        services.AddHttpClient<PodMetricsReader>(http => http.Timeout = TimeSpan.FromSeconds(2))
            // Between two looks at a pod no connection is kept: with thousands of pods their buffers are most of the memory.
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionIdleTimeout = TimeSpan.Zero)
            .RemoveAllLoggers();
        services.AddHttpClient(PrometheusLoadSource.ClientName, http => (http.Timeout, http.MaxResponseContentBufferSize) = (TimeSpan.FromSeconds(2), 1 << 20)).RemoveAllLoggers();
        services.AddSingleton<PodLoadSource>();
        services.AddSingleton<PrometheusLoadSource>();
        services.AddCarbonProviders(new CarbonPatience());
        services.AddSingleton<IConfigMapReader, ConfigMapReader>();
        services.AddSingleton<ISecretReader, SecretReader>();
        services.AddSingleton<GreenModelGatherer>();
        services.AddSingleton<ChildApis>();
        services.AddSingleton<ChildApplier>();
        services.AddSingleton<ArtifactsFinalizer>();
        services.AddSingleton<StatusWriter>();
        services.AddSingleton<ModelMetrics>();
        services
            .AddKubernetesHosting(hosting => Configure(hosting, options))
            .TrimCaches()
            .AddController<CarbonZoneController, CarbonZone>()
            .AddController<CarbonBudgetController, CarbonBudget>(controller => controller
                .Watches<GreenModel>(BudgetsOn))
            .AddController<GreenModelController, GreenModel>(controller => controller
                .Owns<V1Job>(Labels.ManagedSelector)
                .Owns<V1Deployment>(Labels.ManagedSelector)
                .Owns<V1Service>(Labels.ManagedSelector)
                .Owns<V1ConfigMap>(Labels.ManagedSelector)
                .Owns<V1PodDisruptionBudget>(Labels.ManagedSelector)
                .Owns<V1NetworkPolicy>(Labels.ManagedSelector)
                .Watches<V1PersistentVolumeClaim>((claim, _) => ModelOf(claim), Labels.ManagedSelector)
                .Watches<V1Pod>((pod, _) => ModelOf(pod), Labels.ManagedSelector)
                .Watches<CarbonBudget>(ModelsOn)
                // Nodes come and go without a model being any the wiser: they are looked at when a training is placed.
                .Watches<V1Node>((_, _) => [])
                .Watches<CarbonZone>(ModelsIn));
    }

    private static void Configure(HostingOptions hosting, OperatorOptions options)
    {
        hosting.Namespace = string.IsNullOrWhiteSpace(options.Namespace) ? null : options.Namespace;
        hosting.Concurrency = options.Concurrency;
        hosting.ResyncPeriod = TimeSpan.FromSeconds(options.ResyncSeconds);
        hosting.MinBackoff = TimeSpan.FromMilliseconds(options.MinBackoffMilliseconds);
        hosting.MaxBackoff = TimeSpan.FromSeconds(options.MaxBackoffSeconds);
        var election = options.LeaderElection;
        hosting.LeaderElection.Enabled = election.Enabled;
        hosting.LeaderElection.LeaseNamespace = election.LeaseNamespace;
        hosting.LeaderElection.LeaseName = election.LeaseName;
        hosting.LeaderElection.LeaseDuration = TimeSpan.FromSeconds(election.LeaseDurationSeconds);
        hosting.LeaderElection.RenewDeadline = TimeSpan.FromSeconds(election.RenewDeadlineSeconds);
        hosting.LeaderElection.RetryPeriod = TimeSpan.FromSeconds(election.RetryPeriodSeconds);
    }

    private static IEnumerable<ObjectKey> ModelOf(IKubernetesObject<V1ObjectMeta> child) =>
        child.GetLabel(Labels.Model) is { } model ? [new ObjectKey(child.Namespace(), model)] : [];

    private static IEnumerable<ObjectKey> ModelsIn(CarbonZone zone, IServiceProvider services) => services
        .GetRequiredService<IObjectCache<GreenModel>>()
        .List()
        .Where(model => model.Spec.CarbonZone == zone.Name() || model.Spec.Training?.Placement?.Any(place => place.CarbonZone == zone.Name()) == true)
        .Select(model => new ObjectKey(model.Namespace(), model.Name()));

    private static IEnumerable<ObjectKey> ModelsOn(CarbonBudget budget, IServiceProvider services) =>
        services.GetRequiredService<IObjectCache<GreenModel>>().List(budget.Namespace()).Select(ObjectKey.Of);

    private static IEnumerable<ObjectKey> BudgetsOn(GreenModel model, IServiceProvider services) =>
        services.GetRequiredService<IObjectCache<CarbonBudget>>().List(model.Namespace()).Select(ObjectKey.Of);

    private static void MapEndpoints(WebApplication app)
    {
        Metrics.ConfigureMeterAdapter(adapter =>
        {
            // The framework's meters of HTTP calls keep series for every address that was ever called: each pod's. Polly's tell of
            // tries what greenops_carbon_polls_total tells of polls.
            adapter.InstrumentFilterPredicate = instrument => !instrument.Meter.Name.StartsWith("System.Net.", StringComparison.Ordinal)
                && instrument.Meter.Name != "Polly";
            // Each histogram says which range is normal for it.
            adapter.ResolveHistogramBuckets = instrument =>
                instrument is System.Diagnostics.Metrics.Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds }
                    ? [.. bounds]
                    : Histogram.ExponentialBuckets(0.005, 2, 12);
        });
        var health = app.Services.GetRequiredService<IHostingHealth>();
        var models = app.Services.GetRequiredService<ModelMetrics>();
        app.MapGet(HttpPaths.Liveness, () => health.Fault is { } fault
            ? Results.Text(fault, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ok"));
        app.MapGet(HttpPaths.Readiness, () => health.CachesSynced
            ? Results.Text("ok")
            : Results.Text("The caches have not synced yet.", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapGet(HttpPaths.Metrics, async context =>
        {
            var format = MetricsFormat.Choose(context.Request.Headers.Accept);
            context.Response.ContentType = format.ContentType;
            await models.WriteAsync(context.Response.Body, context.RequestAborted);
            // Last, because OpenMetrics ends with a line of its own.
            await Metrics.DefaultRegistry.CollectAndExportAsTextAsync(context.Response.Body, format.Exposition, context.RequestAborted);
        });
    }

    private static IPAddress Address() =>
        IPAddress.TryParse(Environment.GetEnvironmentVariable(EnvironmentNames.BindAddress), out var address) ? address : IPAddress.Any;
}
