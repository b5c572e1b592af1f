using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

using GreenOps.Sandbox.Api.Objects;
using GreenOps.Sandbox.Api.Resources;

namespace GreenOps.Sandbox.Api.Storage;

/// <summary>
/// Holds all objects under one version counter, remembers the latest changes and hands each change to the watches.
/// Whoever reads in order to write holds <see cref="Gate"/> from the read to the write.
/// </summary>
internal sealed class ObjectStore(int historyLimit)
{
    private readonly Dictionary<StorageKey, SortedDictionary<ObjectKey, StoredObject>> objects = [];
    private readonly Dictionary<string, (StorageKey Resource, ObjectKey Key)> byUid = [];
    private readonly Queue<StoreEvent> history = new();
    private readonly List<Watch> watches = [];
    // Version 1 is the empty store: 0 has a meaning of its own in the protocol.
    private long version = 1;
    private long oldestKept = 1;

    /// <summary>Serializes writers, and readers that need one consistent view.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Called under <see cref="Gate"/> after each change.</summary>
    public event Action<StoreEvent>? Changed;

    public long Version
    {
        get
        {
            lock (Gate) return version;
        }
    }

    public StoredObject? Get(StorageKey resource, ObjectKey key)
    {
        lock (Gate) return objects.TryGetValue(resource, out var kind) ? kind.GetValueOrDefault(key) : null;
    }

    /// <summary>The objects of a kind, in one namespace or (empty) in all, ordered by namespace and name.</summary>
    public IReadOnlyList<StoredObject> List(StorageKey resource, string ns)
    {
        lock (Gate)
        {
            if (!objects.TryGetValue(resource, out var kind)) return [];
            return ns.Length == 0 ? [.. kind.Values] : [.. kind.Where(entry => entry.Key.Namespace == ns).Select(entry => entry.Value)];
        }
    }

    /// <summary>The kinds that have objects.</summary>
    public IReadOnlyList<StorageKey> Resources
    {
        get
        {
            lock (Gate) return [.. objects.Where(entry => entry.Value.Count > 0).Select(entry => entry.Key)];
        }
    }

    /// <summary>Where the object with a uid is, or null when there is none.</summary>
    public (StorageKey Resource, ObjectKey Key)? FindUid(string uid)
    {
        lock (Gate) return byUid.TryGetValue(uid, out var found) ? found : null;
    }

    /// <summary>The objects of a kind as they were at an earlier version, or null when that is no longer known.</summary>
    public IReadOnlyList<StoredObject>? ListAt(StorageKey resource, string ns, long at)
    {
        lock (Gate)
        {
            if (at < oldestKept || at > version) return null;
            if (at == version) return List(resource, ns);
            var state = new SortedDictionary<ObjectKey, StoredObject>();
            foreach (var item in List(resource, ns)) state[new(item.Value.Namespace(), item.Value.Name())] = item;
            foreach (var change in history.Reverse().TakeWhile(change => change.Version > at))
            {
                if (change.Resource != resource || (ns.Length > 0 && change.Key.Namespace != ns)) continue;
                if (change.Before is null) state.Remove(change.Key);
                else state[change.Key] = change.Before;
            }
            return [.. state.Values];
        }
    }

    /// <summary>Stores an object, which from now on belongs to the store, under the next version.</summary>
    public StoredObject Put(StorageKey resource, JsonObject value)
    {
        lock (Gate)
        {
            if (!objects.TryGetValue(resource, out var kind)) objects[resource] = kind = [];
            var key = new ObjectKey(value.Namespace(), value.Name());
            var before = kind.GetValueOrDefault(key);
            var stored = Stamp(value);
            kind[key] = stored;
            byUid[value.Uid()] = (resource, key);
            Publish(new(stored.Version, resource, key, before, stored, Deleted: false));
            return stored;
        }
    }

    /// <summary>Removes an object.</summary>
    /// <returns>The object's last state, under the version of the removal.</returns>
    public StoredObject Remove(StorageKey resource, StoredObject current)
    {
        lock (Gate)
        {
            var key = new ObjectKey(current.Value.Namespace(), current.Value.Name());
            objects[resource].Remove(key);
            byUid.Remove(current.Value.Uid());
            var last = Stamp(current.Value.Copy());
            Publish(new(last.Version, resource, key, current, last, Deleted: true));
            return last;
        }
    }

    /// <summary>
    /// Starts a watch after a version. Null when changes after that version are no longer all known, so that the
    /// client has to list again.
    /// </summary>
    public Watch? Subscribe(StorageKey resource, string ns, long after)
    {
        lock (Gate)
        {
            if (after < oldestKept) return null;
            var watch = new Watch(this, resource, ns);
            foreach (var change in history)
            {
                if (change.Version > after) watch.Offer(change);
            }
            watches.Add(watch);
            return watch;
        }
    }

    private StoredObject Stamp(JsonObject value)
    {
        version++;
        value.Meta()["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return new StoredObject(value, version);
    }

    private void Publish(StoreEvent change)
    {
        history.Enqueue(change);
        while (history.Count > historyLimit) oldestKept = history.Dequeue().Version;
        foreach (var watch in watches) watch.Offer(change);
        Changed?.Invoke(change);
    }

    /// <summary>A running watch: the changes of one kind, in one namespace or in all.</summary>
    internal sealed class Watch(ObjectStore store, StorageKey resource, string ns) : IDisposable
    {
        private readonly Channel<StoreEvent> changes = Channel.CreateUnbounded<StoreEvent>();

        public ChannelReader<StoreEvent> Changes => changes.Reader;

        internal void Offer(StoreEvent change)
        {
            if (change.Resource == resource && (ns.Length == 0 || change.Key.Namespace == ns)) changes.Writer.TryWrite(change);
        }

        public void Dispose()
        {
            lock (store.Gate) store.watches.Remove(this);
        }
    }
}
