using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>
/// What an informer knows about a kind, kept up to date by a watch. Reading never blocks and never calls the API.
/// The objects are shared: never modify one. The state may lag behind the API server.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public interface IObjectCache<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>True once the first complete list is in; until then the cache is empty.</summary>
    bool HasSynced { get; }

    /// <summary>One object, or null when it does not exist (or does not match the informer's selector).</summary>
    T? Get(string? namespaceName, string name);

    /// <summary>Every object, or those of one namespace, ordered by namespace, then name.</summary>
    IReadOnlyList<T> List(string? namespaceName = null);

    /// <summary>The objects with an owner reference (controlling or not) to this uid, ordered by namespace, then name.</summary>
    IReadOnlyList<T> OwnedBy(string ownerUid);

    /// <summary>
    /// The objects of a namespace whose label has this value, ordered by name. The label is the one that
    /// <see cref="HostingBuilder.ConfigureCache{T}(Action{T}, string)"/> names for the kind; without one there are none.
    /// </summary>
    IReadOnlyList<T> Labelled(string? namespaceName, string value);

    /// <summary>
    /// Keeps a stand-in for an object from now on, of the same name and version and with less in it, unless its state has changed
    /// meanwhile. Whoever holds the object keeps the whole of it; no controller hears of this.
    /// </summary>
    void Shrink(T entity, T smaller);
}
