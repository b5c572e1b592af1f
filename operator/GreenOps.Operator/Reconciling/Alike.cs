using System.Collections.Concurrent;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>Keeps one of all values that are alike. Safe for use from any thread.</summary>
/// <param name="most">How many to keep; beyond that all are given up, and are shared anew.</param>
/// <param name="comparer">Tells which are alike.</param>
internal sealed class Alike<T>(int most, IEqualityComparer<T> comparer)
    where T : class
{
    private readonly ConcurrentDictionary<T, T> known = new(comparer);
    private int count;

    /// <summary>The first of its like.</summary>
    public T Of(T value)
    {
        if (known.TryGetValue(value, out var first))
        {
            return first;
        }

        if (Interlocked.Increment(ref count) > most)
        {
            known.Clear();
            count = 0;
        }

        return known.GetOrAdd(value, value);
    }
}

/// <summary>Labels in one order.</summary>
internal sealed class SameLabels : IEqualityComparer<SortedList<string, string>>
{
    public bool Equals(SortedList<string, string>? left, SortedList<string, string>? right) => left!.SequenceEqual(right!);

    public int GetHashCode(SortedList<string, string> labels)
    {
        HashCode hash = new();
        foreach (var (key, value) in labels)
        {
            hash.Add(key);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}

/// <summary>Owners in the order the object names them.</summary>
internal sealed class SameOwners : IEqualityComparer<V1OwnerReference[]>
{
    public bool Equals(V1OwnerReference[]? left, V1OwnerReference[]? right) => left!.Select(Content).SequenceEqual(right!.Select(Content));

    public int GetHashCode(V1OwnerReference[] owners) => owners.Length == 0 ? 0 : Content(owners[0]).GetHashCode();

    private static (string, string, string, string, bool?, bool?) Content(V1OwnerReference owner) =>
        (owner.ApiVersion, owner.Kind, owner.Name, owner.Uid, owner.Controller, owner.BlockOwnerDeletion);
}

/// <summary>Pods' specs as <see cref="CacheContent"/> leaves them: what containers ask for.</summary>
internal sealed class SameNeeds : IEqualityComparer<V1PodSpec>
{
    public bool Equals(V1PodSpec? left, V1PodSpec? right) => Needs(left!).SequenceEqual(Needs(right!));

    public int GetHashCode(V1PodSpec spec) => Needs(spec).Aggregate(0, HashCode.Combine);

    // What is asked for is one object where it is the same text.
    private static IEnumerable<(bool, string, V1ResourceRequirements?)> Needs(V1PodSpec spec) =>
        (spec.InitContainers ?? []).Select(container => (true, container.Name, (V1ResourceRequirements?)container.Resources))
            .Concat(spec.Containers.Select(container => (false, container.Name, (V1ResourceRequirements?)container.Resources)));
}
