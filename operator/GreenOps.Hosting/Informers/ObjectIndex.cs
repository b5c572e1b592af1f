using System.Collections.Immutable;
using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>
/// Objects by something that several have in common, as immutable snapshots: one writer at a time, anyone reads without locks. What
/// stands together is kept in one array, sorted by key: it is few objects in most cases, and there are many such arrays.
/// </summary>
/// <param name="places">What an object is found by.</param>
internal sealed class ObjectIndex<T>(Func<T, IEnumerable<(string? Namespace, string Value)>> places)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private static readonly IComparer<T> Order =
        Comparer<T>.Create((left, right) => ObjectKey.Order.Compare(ObjectKey.Of(left), ObjectKey.Of(right)));

    private volatile ImmutableDictionary<ObjectKey, T[]> index = ImmutableDictionary<ObjectKey, T[]>.Empty;

    /// <summary>The objects at a place, ordered by namespace, then name.</summary>
    public IReadOnlyList<T> Find(string? namespaceName, string value) => index.GetValueOrDefault(ObjectKey.Of(namespaceName, value), []);

    /// <summary>Puts an object's new state in the place of the one before.</summary>
    public void Move(T? previous, T? current)
    {
        foreach (var place in Places(previous))
        {
            var left = index[place].Where(entity => !ReferenceEquals(entity, previous)).ToArray();
            index = left.Length == 0 ? index.Remove(place) : index.SetItem(place, left);
        }
        foreach (var place in Places(current))
        {
            var there = index.GetValueOrDefault(place, []);
            index = index.SetItem(place, [.. there[..At(there, current!)], current!, .. there[At(there, current!)..]]);
        }
    }

    private static int At(T[] there, T entity) => ~Array.BinarySearch(there, entity, Order);

    private IEnumerable<ObjectKey> Places(T? entity) =>
        entity is null ? [] : places(entity).Select(place => ObjectKey.Of(place.Namespace, place.Value));
}
