using k8s;

namespace GreenOps.Operator.Tests.Worlds;

/// <summary>Copies an object as the way to an API server and back does, precision of its times included.</summary>
internal static class Copy
{
    public static T Of<T>(T value) => KubernetesJson.Deserialize<T>(KubernetesJson.Serialize(value));
}
