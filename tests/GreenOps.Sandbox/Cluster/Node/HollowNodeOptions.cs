using GreenOps.Contract;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>
/// A hollow node, after Kubernetes' kubemark: it starts no process and only brings pods to the states in which a real node would leave
/// them, so that one machine can hold thousands.
/// </summary>
public sealed record HollowNodeOptions
{
    /// <summary>How long a stage runs before it reports success.</summary>
    public TimeSpan StageTime { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Stages that run until their pod is deleted.</summary>
    public Func<StageSpec, bool> IsEndless { get; init; } = _ => false;
}
