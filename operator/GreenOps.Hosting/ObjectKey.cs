using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>Names one object of a kind.</summary>
/// <param name="Namespace">Its namespace; null for a cluster-scoped object.</param>
/// <param name="Name">Its name.</param>
public readonly record struct ObjectKey(string? Namespace, string Name)
{
    /// <summary>By namespace, then name, ordinal; cluster-scoped objects first.</summary>
    internal static IComparer<ObjectKey> Order { get; } = Comparer<ObjectKey>.Create((left, right) =>
        string.CompareOrdinal(left.Namespace, right.Namespace) is not 0 and var order
            ? order
            : string.CompareOrdinal(left.Name, right.Name));

    /// <summary>The key of an object.</summary>
    public static ObjectKey Of(IKubernetesObject<V1ObjectMeta> entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return Of(entity.Metadata.NamespaceProperty, entity.Metadata.Name);
    }

    internal static ObjectKey Of(string? namespaceName, string name) =>
        new(string.IsNullOrEmpty(namespaceName) ? null : namespaceName, name);

    /// <summary>As kubectl writes it: <c>namespace/name</c>, or <c>name</c>.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
