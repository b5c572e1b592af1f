using System.Collections.Immutable;
using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>The objects of a kind as immutable snapshots: one informer writes, anyone reads without locks.</summary>
internal sealed class ObjectCache<T>(string? indexLabel = null) : IObjectCache<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private static readonly ImmutableSortedDictionary<ObjectKey, T> None = ImmutableSortedDictionary.Create<ObjectKey, T>(ObjectKey.Order);

    private volatile ImmutableSortedDictionary<ObjectKey, T> objects = None;
    private volatile ImmutableDictionary<IndexKey, ImmutableSortedDictionary<ObjectKey, T>> index =
        ImmutableDictionary<IndexKey, ImmutableSortedDictionary<ObjectKey, T>>.Empty;
    private volatile bool hasSynced;

    public bool HasSynced => hasSynced;

    public T? Get(string? namespaceName, string name) => objects.GetValueOrDefault(ObjectKey.Of(namespaceName, name));

    public IReadOnlyList<T> List(string? namespaceName = null) =>
        string.IsNullOrEmpty(namespaceName)
            ? [.. objects.Values]
            : [.. objects.Values.Where(entity => entity.Metadata.NamespaceProperty == namespaceName)];

    public IReadOnlyList<T> OwnedBy(string ownerUid) => [.. index.GetValueOrDefault(IndexKey.OfOwner(ownerUid), None).Values];

    public IReadOnlyList<T> Labelled(string? namespaceName, string value) => [.. index.GetValueOrDefault(IndexKey.OfLabel(namespaceName, value), None).Values];

    /// <summary>Takes in an object's new state. Null when it is the state already known.</summary>
    public CacheChange<T>? Set(T entity)
    {
        var key = ObjectKey.Of(entity);
        var previous = objects.GetValueOrDefault(key);
        if (previous is not null
            && previous.Metadata.Uid == entity.Metadata.Uid
            && previous.Metadata.ResourceVersion == entity.Metadata.ResourceVersion)
        {
            return null;
        }
        Unindex(key, previous);
        objects = objects.SetItem(key, entity);
        foreach (var place in Places(entity))
            index = index.SetItem(place, index.GetValueOrDefault(place, None).SetItem(key, entity));
        return new(previous, entity);
    }

    /// <summary>Takes out an object. Null when it was not known.</summary>
    /// <param name="key">The object.</param>
    /// <param name="last">Its last state, where the server sent it; else the state known here.</param>
    public CacheChange<T>? Remove(ObjectKey key, T? last = null)
    {
        if (!objects.TryGetValue(key, out var previous))
            return null;
        Unindex(key, previous);
        objects = objects.Remove(key);
        return new(last ?? previous, null);
    }

    /// <summary>
    /// Takes in a complete list: what is not in it is gone, except the keys in <paramref name="keep"/>, which stay as they were.
    /// </summary>
    public IReadOnlyList<CacheChange<T>> Replace(IReadOnlyCollection<T> entities, IEnumerable<ObjectKey> keep)
    {
        var staying = entities.Select(ObjectKey.Of).Concat(keep).ToHashSet();
        var gone = objects.Keys.Where(key => !staying.Contains(key)).ToList();
        var changes = gone.Select(key => Remove(key)).Concat(entities.Select(Set)).OfType<CacheChange<T>>().ToList();
        hasSynced = true;
        return changes;
    }

    private void Unindex(ObjectKey key, T? entity)
    {
        foreach (var place in Places(entity))
        {
            var left = index.GetValueOrDefault(place, None).Remove(key);
            index = left.IsEmpty ? index.Remove(place) : index.SetItem(place, left);
        }
    }

    private IEnumerable<IndexKey> Places(T? entity)
    {
        foreach (var owner in (entity?.Metadata.OwnerReferences ?? []).DistinctBy(owner => owner.Uid))
            yield return IndexKey.OfOwner(owner.Uid);
        if (indexLabel is not null && entity?.Metadata.Labels?.TryGetValue(indexLabel, out var value) == true)
            yield return IndexKey.OfLabel(entity.Metadata.NamespaceProperty, value);
    }

    /// <summary>What objects are found by: the uid of an owner, or the label's value in a namespace.</summary>
    private readonly record struct IndexKey(bool ByOwner, string? Namespace, string Value)
    {
        public static IndexKey OfOwner(string uid) => new(true, null, uid);

        public static IndexKey OfLabel(string? namespaceName, string value) => new(false, string.IsNullOrEmpty(namespaceName) ? null : namespaceName, value);
    }
}
