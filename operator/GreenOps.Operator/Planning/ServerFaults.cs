using GreenOps.Api;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Why the serving pods do not answer, in words that say what to do.</summary>
public static class ServerFaults
{
    /// <summary>The first fault found; null when the pods are merely starting.</summary>
    public static PodFault? Of(GreenModelObservation observation) => observation.Pods
        .Where(pod => pod.GetLabel(Labels.Component) == Labels.ServerComponent && pod.Metadata.DeletionTimestamp is null)
        .Select(pod => PodFaults.Of(pod, observation.Claim))
        .FirstOrDefault(fault => fault is not null)
        ?? Refusal(observation.Deployment);

    /// <summary>Pods that may not even be created, by a quota or an admission policy.</summary>
    private static PodFault? Refusal(V1Deployment? deployment) =>
        deployment?.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "ReplicaFailure", Status: "True" }) is { } failure
            ? new PodFault(
                failure.Message?.Contains("exceeded quota", StringComparison.Ordinal) == true ? ChildRefusal.QuotaExceeded : failure.Reason ?? "FailedCreate",
                $"The pods of Deployment {deployment.Name()} cannot be created: {failure.Message} Change what it names, or serving.resources.")
            : null;
}
