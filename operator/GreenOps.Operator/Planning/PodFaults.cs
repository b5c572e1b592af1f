using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Why a pod does not run, found in its status.</summary>
public static class PodFaults
{
    private static readonly HashSet<string> ImageFaults =
        new(StringComparer.Ordinal) { "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError" };

    /// <summary>Reason and sentence of the fault; null when there is none.</summary>
    public static (string Reason, string Message)? Describe(V1Pod pod)
    {
        var container = pod.Status?.ContainerStatuses?.FirstOrDefault();
        if (container?.State?.Waiting is { Reason: { } waiting } state && ImageFaults.Contains(waiting))
        {
            // The kubelet goes back and forth between the two names of the same fault; it is one cause.
            var reason = waiting == "ErrImagePull" ? "ImagePullBackOff" : waiting;
            return (reason, $"Pod {pod.Name()} cannot start: {state.Message ?? waiting}. Check the image name and the pull secret.");
        }

        if (pod.Status?.Phase == "Pending" && pod.Status.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False" }) is { } unscheduled)
        {
            return (unscheduled.Reason ?? "Unschedulable", $"Pod {pod.Name()} finds no node: {unscheduled.Message ?? "no node fits"}.");
        }

        if (container?.State?.Terminated is { Reason: "OOMKilled" } || container?.LastState?.Terminated is { Reason: "OOMKilled" })
        {
            return ("OutOfMemory", $"Pod {pod.Name()} used more memory than its limit; raise limits.memory, or lower training.batchSize for a training.");
        }

        return container?.State?.Waiting is { Reason: "CrashLoopBackOff" } crash
            ? ("CrashLoopBackOff", $"Pod {pod.Name()} ends again and again: {crash.Message ?? "see its log"}. Look at kubectl logs -p {pod.Name()}.")
            : null;
    }
}
