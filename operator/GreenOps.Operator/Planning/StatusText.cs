using k8s;

namespace GreenOps.Operator.Planning;

/// <summary>Compares statuses by what would be written.</summary>
public static class StatusText
{
    /// <summary>Whether writing the one over the other would change nothing.</summary>
    public static bool Same<TStatus>(TStatus left, TStatus? right)
        where TStatus : class =>
        ReferenceEquals(left, right) || (right is not null && KubernetesJson.Serialize(left) == KubernetesJson.Serialize(right));
}
