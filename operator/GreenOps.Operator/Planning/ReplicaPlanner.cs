using GreenOps.Api;
using GreenOps.Decisions.Serving;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Decides the number of serving pods.</summary>
public static class ReplicaPlanner
{
    /// <summary>The decision; what somebody else sets is taken as it is.</summary>
    public static ReplicaDecision Decide(GreenModelObservation observation)
    {
        if (ReplicaOwner.Of(observation.Deployment) is { } owner)
        {
            return new ReplicaDecision(
                observation.Deployment!.Spec.Replicas ?? 1,
                ReplicaReason.ManagedElsewhere,
                $"The replicas are set by {owner}.",
                null);
        }

        var serving = observation.Model.Spec.Serving;
        if (serving.Container is { } container)
        {
            return OwnServer.Replicas(observation, container);
        }

        return ReplicaPolicy.Decide(Input(observation));
    }

    /// <summary>What decides the number of pods of our own server.</summary>
    public static ReplicaInput Input(GreenModelObservation observation)
    {
        var serving = observation.Model.Spec.Serving;
        var ready = ReadyPods(observation);
        var warm = WarmPods(observation);
        var reporting = observation.Load.Servers.Where(server => ready.Contains(server.Pod) && warm.Contains(server.Pod)).ToList();
        return new ReplicaInput(
            observation.Deployment?.Spec.Replicas ?? serving.Replicas.Min,
            ready.Count,
            reporting.Count,
            reporting.Count > 0 ? reporting.Average(server => server.Busy) : null,
            VariantJudge.Number(serving.Objective.Utilization)!.Value,
            serving.Replicas.Min,
            serving.Replicas.Max,
            observation.Now,
            observation.Model.Status?.Serving?.LowSince)
        {
            StabilizationWindow = TimeSpan.FromSeconds(serving.Objective.ScaleDownStabilizationSeconds),
        };
    }

    // What a process uses to start says nothing of the load; the time is half of what the Kubernetes autoscaler allows.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    private static HashSet<string> WarmPods(GreenModelObservation observation) => observation.Pods
        .Where(pod => pod.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "Ready", Status: "True" })?.LastTransitionTime is { } readySince
            && observation.Now.UtcDateTime - readySince.ToUniversalTime() >= WarmUp)
        .Select(pod => pod.Name())
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Names of the serving pods that are ready and stay.</summary>
    public static IReadOnlySet<string> ReadyPods(GreenModelObservation observation) => observation.Pods
        .Where(pod => pod.GetLabel(Labels.Component) == Labels.ServerComponent && pod.Metadata.DeletionTimestamp is null)
        .Where(pod => pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true)
        .Select(pod => pod.Name())
        .ToHashSet(StringComparer.Ordinal);
}
