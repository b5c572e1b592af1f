using k8s;
using k8s.Models;

namespace GreenOps.Hosting;

/// <summary>What happened to one object. At least one side is set.</summary>
/// <param name="Previous">The last state before; null when the object is new.</param>
/// <param name="Current">The state now; null when the object is gone.</param>
internal sealed record CacheChange<T>(T? Previous, T? Current)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>The object the change is about.</summary>
    public ObjectKey Key => ObjectKey.Of((Current ?? Previous)!);

    /// <summary>The last state of an object that is gone, also when another one has taken its name since.</summary>
    public T? Gone => Previous is not null && Previous.Metadata.Uid != Current?.Metadata.Uid ? Previous : null;

    /// <summary>Both states that exist.</summary>
    public IEnumerable<T> States => new[] { Previous, Current }.OfType<T>();
}
