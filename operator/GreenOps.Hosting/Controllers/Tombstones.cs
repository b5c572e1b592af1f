namespace GreenOps.Hosting;

/// <summary>
/// The last states of objects that are gone and not yet reported. A name may stand for several: deleted, created and deleted again.
/// </summary>
internal sealed class Tombstones<TEntity>
    where TEntity : class
{
    private readonly Lock gate = new();
    private readonly Dictionary<ObjectKey, List<TEntity>> byKey = [];

    public void Add(ObjectKey key, TEntity gone)
    {
        lock (gate)
        {
            if (!byKey.TryGetValue(key, out var list))
                byKey[key] = list = [];
            list.Add(gone);
        }
    }

    /// <summary>Those of a name, oldest first.</summary>
    public IReadOnlyList<TEntity> Of(ObjectKey key)
    {
        lock (gate)
            return byKey.TryGetValue(key, out var list) ? [.. list] : [];
    }

    public void Remove(ObjectKey key, TEntity gone)
    {
        lock (gate)
        {
            if (byKey.TryGetValue(key, out var list) && list.Remove(gone) && list.Count == 0)
                byKey.Remove(key);
        }
    }
}
