using GreenOps.Api.Models;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>What should be: children, status, events, and when to look again.</summary>
/// <param name="Children">Every object that should exist, in the order in which to create them.</param>
/// <param name="Deletions">Objects that stand in the way and are made again by a later plan.</param>
/// <param name="Status">The model's status.</param>
/// <param name="Events">What to tell the people who watch.</param>
/// <param name="RequeueAfter">When to plan again though nothing changes.</param>
public sealed record GreenModelPlan(
    IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Children,
    IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Deletions,
    GreenModelStatus Status,
    IReadOnlyList<PlannedEvent> Events,
    TimeSpan RequeueAfter);

/// <summary>An event to publish.</summary>
/// <param name="Type">Normal or Warning.</param>
/// <param name="Reason">CamelCase reason.</param>
/// <param name="Message">A sentence.</param>
public sealed record PlannedEvent(string Type, string Reason, string Message)
{
    /// <summary>Nothing to act on.</summary>
    public const string Normal = "Normal";

    /// <summary>Something a person should look at.</summary>
    public const string Warning = "Warning";
}
