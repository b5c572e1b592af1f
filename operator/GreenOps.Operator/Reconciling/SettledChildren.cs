using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Reconciling;

/// <summary>
/// Remembers which live objects were found to be as desired. A cache hands out the same object until the server sends a new state of it,
/// so as long as the desire is the same too there is nothing to compare; the memory goes with the object.
/// </summary>
internal sealed class SettledChildren
{
    private readonly ConditionalWeakTable<object, byte[]> found = [];

    /// <summary>The mark of a desired state.</summary>
    public static byte[] Mark(IKubernetesObject<V1ObjectMeta> desired) =>
        SHA256.HashData(MemoryMarshal.AsBytes(KubernetesJson.Serialize((object)desired).AsSpan()));

    /// <summary>Whether the live object was found to be as the state with this mark.</summary>
    public bool Contains(IKubernetesObject<V1ObjectMeta> live, byte[] mark) =>
        found.TryGetValue(live, out var known) && known.AsSpan().SequenceEqual(mark);

    /// <summary>Remembers that it is.</summary>
    public void Add(IKubernetesObject<V1ObjectMeta> live, byte[] mark) => found.AddOrUpdate(live, mark);
}
