using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;

namespace GreenOps.Hosting;

/// <summary>Says what else, besides its own kind, makes a controller look at an object again.</summary>
/// <typeparam name="TEntity">The controller's kind.</typeparam>
public sealed class ControllerBuilder<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly HostingBuilder hosting;
    private readonly List<Func<IServiceProvider, EnqueueSource>> sources = [];

    internal ControllerBuilder(HostingBuilder hosting) => this.hosting = hosting;

    /// <summary>A change of a child makes the controller look at the owner that controls it.</summary>
    /// <typeparam name="TChild">The children's kind; its cache is there to read as <see cref="IObjectCache{T}"/>.</typeparam>
    /// <param name="labelSelector">Which objects to watch; needed for Pods and Secrets of all namespaces.</param>
    public ControllerBuilder<TEntity> Owns<TChild>(string? labelSelector = null)
        where TChild : class, IKubernetesObject<V1ObjectMeta>
    {
        var owner = ResourceKind.Of<TEntity>();
        return Watches<TChild>((child, services) => Owners(owner, child, services.GetRequiredService<IObjectCache<TEntity>>()), labelSelector);
    }

    /// <summary>A change of an object makes the controller look at the objects that <paramref name="map"/> names.</summary>
    /// <typeparam name="T">The kind to watch; its cache is there to read as <see cref="IObjectCache{T}"/>.</typeparam>
    /// <param name="map">Called with the state before and the state after each change; quick, and without calls to the API.</param>
    /// <param name="labelSelector">Which objects to watch; needed for Pods and Secrets of all namespaces.</param>
    public ControllerBuilder<TEntity> Watches<T>(Func<T, IServiceProvider, IEnumerable<ObjectKey>> map, string? labelSelector = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(map);
        hosting.AddCache<T>(labelSelector);
        sources.Add(services => enqueue =>
        {
            var informer = services.GetRequiredService<Informer<T>>();
            informer.Subscribe(change =>
            {
                foreach (var key in change.States.SelectMany(state => map(state, services)).Distinct())
                    enqueue(key);
            });
            return informer;
        });
        return this;
    }

    internal IEnumerable<EnqueueSource> Build(IServiceProvider services) => sources.Select(source => source(services));

    // An owner that is not in the cache is not lost: its own arrival queues it. A cluster-scoped owner has children in namespaces.
    private static IEnumerable<ObjectKey> Owners(ResourceKind kind, IKubernetesObject<V1ObjectMeta> child, IObjectCache<TEntity> cache) =>
        from reference in child.Metadata.OwnerReferences ?? []
        where reference.Controller == true && kind.IsOwnerIn(reference)
        let owner = cache.Get(child.Metadata.NamespaceProperty, reference.Name) ?? cache.Get(null, reference.Name)
        where owner is not null
        select ObjectKey.Of(owner);
}
