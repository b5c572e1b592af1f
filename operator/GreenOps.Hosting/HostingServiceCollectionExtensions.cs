using k8s;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace GreenOps.Hosting;

/// <summary>Puts the controller runtime into a host.</summary>
public static class HostingServiceCollectionExtensions
{
    /// <summary>
    /// Adds the runtime; call it once. The host must register its client with <see cref="AddKubernetesClient"/>; without leader
    /// election any <see cref="Kubernetes"/> will do as the singleton <see cref="IKubernetes"/>. There to inject: <see cref="IObjectCache{T}"/> of each watched kind,
    /// <see cref="IEventPublisher"/>, <see cref="IHostingHealth"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was added before.</exception>
    public static HostingBuilder AddKubernetesHosting(this IServiceCollection services, Action<HostingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(service => service.ServiceType == typeof(HostingHealth)))
            throw new InvalidOperationException("AddKubernetesHosting was called before: call it once and keep the builder.");
        services.AddLogging();
        services.AddMetrics();
        services.AddOptions<HostingOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HostingOptions>, HostingOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ResourceApi>();
        services.AddSingleton<HostingMetrics>();
        services.AddSingleton(provider => new HostingHealth(provider.GetServices<IInformer>, provider.GetServices<IController>));
        services.AddSingleton<IHostingHealth>(provider => provider.GetRequiredService<HostingHealth>());
        services.AddSingleton<IEventPublisher, EventPublisher>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<HostingOptions>>().Value.LeaderElection);
        services.AddSingleton<WriteFence>();
        services.AddSingleton<LeaderElector>();
        services.AddHostedService<HostingService>();
        services.AddHostedService<HeapKeeper>();
        return new HostingBuilder(services);
    }

    /// <summary>
    /// Registers the process's one client. Its writes pass only while the process leads, no answer is waited for without end, and
    /// a connection that has died is noticed within seconds.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">Where the API server is and who calls.</param>
    public static IServiceCollection AddKubernetesClient(
        this IServiceCollection services, Func<IServiceProvider, KubernetesClientConfiguration> configuration) =>
        services.AddSingleton<IKubernetes>(provider =>
        {
            var settings = configuration(provider);
            settings.FirstMessageHandlerSetup += NoticeDeadConnections;
            return new Kubernetes(
                settings, provider.GetRequiredService<WriteFence>(), new AnswerTimeout(provider.GetRequiredService<TimeProvider>()));
        });

    private static void NoticeDeadConnections(SocketsHttpHandler handler)
    {
        handler.ConnectTimeout = TimeSpan.FromSeconds(5);
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(5);
        handler.EnableMultipleHttp2Connections = true;
    }
}
