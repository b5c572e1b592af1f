using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace GreenOps.Hosting;

/// <summary>Collects the controllers and caches of a host. However many ask for a kind, it is watched once.</summary>
public sealed class HostingBuilder
{
    private readonly IServiceCollection services;
    private readonly Dictionary<Type, string?> selectors = [];

    internal HostingBuilder(IServiceCollection services) => this.services = services;

    /// <summary>
    /// Runs a controller. It becomes a singleton, unless it is registered already; its kind's cache is there to read as
    /// <see cref="IObjectCache{T}"/>.
    /// </summary>
    /// <typeparam name="TController">The controller.</typeparam>
    /// <typeparam name="TEntity">Its kind.</typeparam>
    /// <param name="configure">Says what else to watch for it.</param>
    /// <param name="labelSelector">Which objects of its kind to watch; needed for Pods and Secrets of all namespaces.</param>
    public HostingBuilder AddController<TController, TEntity>(
        Action<ControllerBuilder<TEntity>>? configure = null, string? labelSelector = null)
        where TController : class, IEntityController<TEntity>
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        AddCache<TEntity>(labelSelector);
        var builder = new ControllerBuilder<TEntity>(this);
        configure?.Invoke(builder);
        services.TryAddSingleton<TController>();
        services.AddSingleton<IController>(provider => ActivatorUtilities.CreateInstance<Controller<TEntity>>(
            provider, provider.GetRequiredService<TController>(), builder.Build(provider)));
        return this;
    }

    /// <summary>Says what the cache of a kind keeps and by what it finds objects.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="trim">
    /// Takes off an object what nobody reads, before it is kept: with many objects, memory is what they hold. Null keeps them whole.
    /// </param>
    /// <param name="indexLabel">The label that <see cref="IObjectCache{T}.Labelled"/> finds objects by; null for none.</param>
    public HostingBuilder ConfigureCache<T>(Action<T>? trim = null, string? indexLabel = null)
        where T : class, IKubernetesObject<V1ObjectMeta> => ConfigureCache(_ => trim, indexLabel);

    /// <summary>Says what the cache of a kind keeps, as far as services tell it, and by what it finds objects.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="trim">Makes from the host's services what <see cref="ConfigureCache{T}(Action{T}?, string?)"/> wants; may read other kinds' caches.</param>
    /// <param name="indexLabel">The label that <see cref="IObjectCache{T}.Labelled"/> finds objects by; null for none.</param>
    public HostingBuilder ConfigureCache<T>(Func<IServiceProvider, Action<T>?> trim, string? indexLabel = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        services.AddSingleton(provider => new CacheSettings<T>(trim(provider), indexLabel));
        return this;
    }

    /// <summary>Watches a kind, to be read as <see cref="IObjectCache{T}"/>.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="labelSelector">Which objects to watch; null for all.</param>
    /// <exception cref="InvalidOperationException">The kind is watched with another selector already.</exception>
    public HostingBuilder AddCache<T>(string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var kind = ResourceKind.Of<T>();
        if (selectors.TryGetValue(typeof(T), out var other))
        {
            return other == labelSelector ? this : throw new InvalidOperationException(
                $"{kind.Kind} is watched with the label selector '{other}' and with '{labelSelector}': give both the same one.");
        }
        selectors.Add(typeof(T), labelSelector);
        services.AddSingleton(provider =>
        {
            var namespaceName = provider.GetRequiredService<IOptions<HostingOptions>>().Value.Namespace;
            if (namespaceName is null && labelSelector is null && typeof(T) is var type && (type == typeof(V1Pod) || type == typeof(V1Secret)))
            {
                throw new InvalidOperationException(
                    $"Watching every {kind.Kind} of the cluster costs too much memory: give a label selector, or set HostingOptions.Namespace.");
            }
            return ActivatorUtilities.CreateInstance<Informer<T>>(provider, new InformerScope(namespaceName, labelSelector));
        });
        services.AddSingleton<IInformer>(provider => provider.GetRequiredService<Informer<T>>());
        services.AddSingleton(provider => provider.GetRequiredService<Informer<T>>().Cache);
        return this;
    }
}
