using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>What a cache keeps of each object, and by what it finds objects.</summary>
/// <param name="Trim">Takes off an object what nobody reads, before it is kept; null keeps it whole.</param>
/// <param name="IndexLabel">The label that <see cref="IObjectCache{T}.Labelled"/> finds objects by; null for none.</param>
internal sealed record CacheSettings<T>(Action<T>? Trim, string? IndexLabel)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Everything is kept, and found by name and owner only.</summary>
    public static CacheSettings<T> Whole { get; } = new(null, null);

    /// <summary>The object as it is kept.</summary>
    public T Kept(T entity)
    {
        Trim?.Invoke(entity);
        return entity;
    }
}
