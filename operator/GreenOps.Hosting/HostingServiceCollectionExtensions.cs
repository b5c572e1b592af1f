using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace GreenOps.Hosting;

/// <summary>Puts the controller runtime into a host.</summary>
public static class HostingServiceCollectionExtensions
{
    /// <summary>
    /// Adds the runtime; call it once. The host must register a <see cref="k8s.Kubernetes"/> as the singleton
    /// <see cref="k8s.IKubernetes"/>. There to inject: <see cref="IObjectCache{T}"/> of each watched kind,
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
        services.AddSingleton(provider => new HostingHealth(provider.GetServices<IInformer>));
        services.AddSingleton<IHostingHealth>(provider => provider.GetRequiredService<HostingHealth>());
        services.AddSingleton<IEventPublisher, EventPublisher>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<HostingOptions>>().Value.LeaderElection);
        services.AddSingleton<LeaderElector>();
        services.AddHostedService<HostingService>();
        return new HostingBuilder(services);
    }
}
