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
    private volatile ImmutableDictionary<string, ImmutableSortedDictionary<ObjectKey, T>> byOwner =
        ImmutableDictionary<string, ImmutableSortedDictionary<ObjectKey, T>>.Empty;
    private volatile ImmutableDictionary<ObjectKey, ImmutableSortedDictionary<ObjectKey, T>> byLabel =
        ImmutableDictionary<ObjectKey, ImmutableSortedDictionary<ObjectKey, T>>.Empty;
    private volatile bool hasSynced;

    public bool HasSynced => hasSynced;

    public T? Get(string? namespaceName, string name) => objects.GetValueOrDefault(ObjectKey.Of(namespaceName, name));

    public IReadOnlyList<T> List(string? namespaceName = null) =>
        string.IsNullOrEmpty(namespaceName)
            ? [.. objects.Values]
            : [.. objects.Values.Where(entity => entity.Metadata.NamespaceProperty == namespaceName)];

    public IReadOnlyList<T> OwnedBy(string ownerUid) => byOwner.TryGetValue(ownerUid, out var owned) ? [.. owned.Values] : [];

    public IReadOnlyList<T> Labelled(string? namespaceName, string value) =>
        byLabel.TryGetValue(ObjectKey.Of(namespaceName, value), out var labelled) ? [.. labelled.Values] : [];

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
        foreach (var uid in OwnerUids(entity))
            byOwner = byOwner.SetItem(uid, byOwner.GetValueOrDefault(uid, None).SetItem(key, entity));
        if (LabelKey(entity) is { } label)
            byLabel = byLabel.SetItem(label, byLabel.GetValueOrDefault(label, None).SetItem(key, entity));
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
        foreach (var uid in OwnerUids(entity))
        {
            var left = byOwner.GetValueOrDefault(uid, None).Remove(key);
            byOwner = left.IsEmpty ? byOwner.Remove(uid) : byOwner.SetItem(uid, left);
        }
        if (LabelKey(entity) is { } label)
        {
            var left = byLabel.GetValueOrDefault(label, None).Remove(key);
            byLabel = left.IsEmpty ? byLabel.Remove(label) : byLabel.SetItem(label, left);
        }
    }

    // A value in a namespace: it takes the place of the name.
    private ObjectKey? LabelKey(T? entity) =>
        indexLabel is not null && entity?.Metadata.Labels?.TryGetValue(indexLabel, out var value) == true
            ? ObjectKey.Of(entity.Metadata.NamespaceProperty, value)
            : null;

    private static IEnumerable<string> OwnerUids(T? entity) =>
        entity?.Metadata.OwnerReferences?.Select(owner => owner.Uid).Distinct() ?? [];
}
