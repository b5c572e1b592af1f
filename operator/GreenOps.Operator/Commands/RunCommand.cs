using System.CommandLine;
using System.Net;
using GreenOps.Api;
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
using Microsoft.Extensions.Options;
using Prometheus;

namespace GreenOps.Operator.Commands;

/// <summary><c>greenops-operator run</c>: reconciles until it is told to stop.</summary>
internal static class RunCommand
{
    private const string EnvironmentPrefix = "GREENOPS__";

    private static readonly Option<string?> Kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig to use. Without it: the KUBECONFIG variable, the pod's service account, or ~/.kube/config.",
    };

    /// <summary>The command.</summary>
    public static Command Build()
    {
        var command = new Command("run", "Reconciles GreenModels and CarbonZones until it is told to stop (the default).") { Kubeconfig };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(Kubeconfig), cancellationToken));
        return command;
    }

    /// <summary>Runs the operator.</summary>
    public static async Task<int> RunAsync(string? kubeconfig, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddEnvironmentVariables(EnvironmentPrefix);
        AddServices(builder.Services, builder.Configuration, kubeconfig);
        var options = builder.Configuration.Get<OperatorOptions>() ?? new OperatorOptions();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(Address(), options.HttpPort));
        await using var app = builder.Build();
        MapEndpoints(app);
        try
        {
            await app.RunAsync(cancellationToken);
        }
        catch (OptionsValidationException faults)
        {
            foreach (var fault in faults.Failures)
            {
                await Console.Error.WriteLineAsync($"greenops-operator: {fault}");
            }

            return ExitCodes.BadInput;
        }

        return Environment.ExitCode;
    }

    private static void AddServices(IServiceCollection services, IConfiguration configuration, string? kubeconfig)
    {
        services.AddOptions<OperatorOptions>().Bind(configuration).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OperatorOptions>, OperatorOptionsValidator>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IKubernetes>(_ => new Kubernetes(ClientConfiguration(kubeconfig)));
        services.AddHttpClient<PodMetricsReader>(client => client.Timeout = TimeSpan.FromSeconds(2))
            // Between two looks at a pod no connection is kept: with thousands of pods their buffers are most of the memory.
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionIdleTimeout = TimeSpan.Zero)
            .RemoveAllLoggers();
        services.AddSingleton<PodLoadSource>();
        services.AddSingleton<TraceReader>();
        services.AddSingleton<CarbonProviders>();
        services.AddSingleton<IConfigMapReader, ConfigMapReader>();
        services.AddSingleton<GreenModelGatherer>();
        services.AddSingleton<ChildApis>();
        services.AddSingleton<ChildApplier>();
        services.AddSingleton<StatusWriter>();
        services.AddSingleton<ModelMetrics>();
        var settings = configuration.Get<OperatorOptions>() ?? new OperatorOptions();
        services
            .AddKubernetesHosting(hosting =>
            {
                hosting.Namespace = settings.Namespace;
                hosting.LeaderElection.Enabled = settings.LeaderElection.Enabled;
                hosting.LeaderElection.LeaseNamespace = settings.LeaderElection.LeaseNamespace;
                hosting.LeaderElection.LeaseName = settings.LeaderElection.LeaseName;
                hosting.LeaderElection.LeaseDuration = TimeSpan.FromSeconds(settings.LeaderElection.LeaseDurationSeconds);
                hosting.LeaderElection.RenewDeadline = TimeSpan.FromSeconds(settings.LeaderElection.RenewDeadlineSeconds);
                hosting.LeaderElection.RetryPeriod = TimeSpan.FromSeconds(settings.LeaderElection.RetryPeriodSeconds);
                hosting.ResyncPeriod = TimeSpan.FromSeconds(settings.ResyncSeconds);
            })
            .TrimCaches()
            .AddCache<V1PersistentVolumeClaim>(Labels.ManagedSelector)
            .AddController<CarbonZoneController, CarbonZone>()
            .AddController<GreenModelController, GreenModel>(controller => controller
                .Owns<V1Job>(Labels.ManagedSelector)
                .Owns<V1Deployment>(Labels.ManagedSelector)
                .Owns<V1Service>(Labels.ManagedSelector)
                .Owns<V1ConfigMap>(Labels.ManagedSelector)
                .Watches<V1Pod>((pod, _) => ModelOf(pod), Labels.ManagedSelector)
                .Watches<CarbonZone>(ModelsIn));
    }

    private static IEnumerable<ObjectKey> ModelOf(V1Pod pod) =>
        pod.GetLabel(Labels.Model) is { } model ? [new ObjectKey(pod.Namespace(), model)] : [];

    private static IEnumerable<ObjectKey> ModelsIn(CarbonZone zone, IServiceProvider services) => services
        .GetRequiredService<IObjectCache<GreenModel>>()
        .List()
        .Where(model => model.Spec.CarbonZone == zone.Name())
        .Select(model => new ObjectKey(model.Namespace(), model.Name()));

    private static void MapEndpoints(WebApplication app)
    {
        // From 5 ms to 10 s: the range in which a reconcile is normal, slow or stuck.
        Metrics.ConfigureMeterAdapter(adapter => adapter.ResolveHistogramBuckets = _ => Histogram.ExponentialBuckets(0.005, 2, 12));
        var health = app.Services.GetRequiredService<IHostingHealth>();
        app.Services.GetRequiredService<ModelMetrics>();
        app.MapGet(HttpPaths.Liveness, () => Results.Text("ok"));
        app.MapGet(HttpPaths.Readiness, () => health.CachesSynced
            ? Results.Text("ok")
            : Results.Text("The caches have not synced yet.", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapMetrics(HttpPaths.Metrics);
    }

    private static KubernetesClientConfiguration ClientConfiguration(string? kubeconfig) => kubeconfig is not null
        ? KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig)
        : KubernetesClientConfiguration.BuildDefaultConfig();

    private static IPAddress Address() =>
        IPAddress.TryParse(Environment.GetEnvironmentVariable(EnvironmentNames.BindAddress), out var address) ? address : IPAddress.Any;
}
