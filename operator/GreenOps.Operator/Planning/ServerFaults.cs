using GreenOps.Api;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Why the serving pods do not answer, in words that say what to do.</summary>
public static class ServerFaults
{
    /// <summary>The first fault found; null when the pods are merely starting.</summary>
    public static string? Describe(GreenModelObservation observation) => observation.Pods
        .Where(pod => pod.GetLabel(Labels.Component) == Labels.ServerComponent)
        .Select(PodFaults.Describe)
        .Select(fault => fault?.Message)
        .FirstOrDefault(message => message is not null);
}
