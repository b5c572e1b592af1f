using System.Collections.Immutable;
using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>The objects of a kind as immutable snapshots: writers take turns, anyone reads without locks.</summary>
internal sealed class ObjectCache<T>(string? indexLabel = null) : IObjectCache<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private static readonly ImmutableSortedDictionary<ObjectKey, T> None = ImmutableSortedDictionary.Create<ObjectKey, T>(ObjectKey.Order);

    private readonly Lock gate = new();
    private readonly ObjectIndex<T>? byLabel = indexLabel is null ? null : new(entity => LabelOf(entity, indexLabel));
    private volatile ObjectIndex<T>? byOwner;
    private volatile ImmutableSortedDictionary<ObjectKey, T> objects = None;
    private volatile bool hasSynced;

    public bool HasSynced => hasSynced;

    public T? Get(string? namespaceName, string name) => objects.GetValueOrDefault(ObjectKey.Of(namespaceName, name));

    public IReadOnlyList<T> List(string? namespaceName = null) =>
        string.IsNullOrEmpty(namespaceName)
            ? [.. objects.Values]
            : [.. objects.Values.Where(entity => entity.Metadata.NamespaceProperty == namespaceName)];

    public IReadOnlyList<T> OwnedBy(string ownerUid) => (byOwner ?? IndexOwners()).Find(null, ownerUid);

    public IReadOnlyList<T> Labelled(string? namespaceName, string value) => byLabel?.Find(namespaceName, value) ?? [];

    public void Shrink(T entity, T smaller)
    {
        ArgumentNullException.ThrowIfNull(entity);
        lock (gate)
        {
            var key = ObjectKey.Of(entity);
            if (ReferenceEquals(objects.GetValueOrDefault(key), entity))
                Put(key, entity, smaller);
        }
    }

    /// <summary>Takes in an object's new state. Null when it is the state already known.</summary>
    public CacheChange<T>? Set(T entity)
    {
        lock (gate)
        {
            var key = ObjectKey.Of(entity);
            var previous = objects.GetValueOrDefault(key);
            if (previous is not null
                && previous.Metadata.Uid == entity.Metadata.Uid
                && previous.Metadata.ResourceVersion == entity.Metadata.ResourceVersion)
            {
                return null;
            }
            Put(key, previous, entity);
            return new(previous, entity);
        }
    }

    /// <summary>Takes out an object. Null when it was not known.</summary>
    /// <param name="key">The object.</param>
    /// <param name="last">Its last state, where the server sent it; else the state known here.</param>
    public CacheChange<T>? Remove(ObjectKey key, T? last = null)
    {
        lock (gate)
        {
            if (!objects.TryGetValue(key, out var previous))
                return null;
            objects = objects.Remove(key);
            byOwner?.Move(previous, null);
            byLabel?.Move(previous, null);
            return new(last ?? previous, null);
        }
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

    private void Put(ObjectKey key, T? previous, T entity)
    {
        objects = objects.SetItem(key, entity);
        byOwner?.Move(previous, entity);
        byLabel?.Move(previous, entity);
    }

    /// <summary>Of most kinds nobody asks for what an owner has, so that is only sorted out for the first who does.</summary>
    private ObjectIndex<T> IndexOwners()
    {
        lock (gate)
        {
            if (byOwner is { } made)
                return made;
            var index = new ObjectIndex<T>(OwnersOf);
            foreach (var entity in objects.Values)
                index.Move(null, entity);
            return byOwner = index;
        }
    }

    private static IEnumerable<(string? Namespace, string Value)> OwnersOf(T entity) =>
        (entity.Metadata.OwnerReferences ?? []).Select(owner => ((string?)null, owner.Uid)).Distinct();

    private static IEnumerable<(string? Namespace, string Value)> LabelOf(T entity, string label) =>
        entity.Metadata.Labels?.TryGetValue(label, out var value) == true ? [(entity.Metadata.NamespaceProperty, value)] : [];
}
