using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Why a pod does not run.</summary>
/// <param name="Reason">Why, for machines.</param>
/// <param name="Message">Why, for people, and what to do.</param>
public sealed record PodFault(string Reason, string Message);

/// <summary>Finds in a pod's status why it does not run.</summary>
public static class PodFaults
{
    /// <summary>The first fault found; null when there is none.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="claim">The model's store claim; null when it is not seen.</param>
    public static PodFault? Of(V1Pod pod, V1PersistentVolumeClaim? claim)
    {
        var containers = (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []).ToList();
        return containers.Select(container => Start(pod, container)).FirstOrDefault(fault => fault is not null)
            ?? Scheduling(pod, claim)
            ?? Eviction(pod)
            ?? containers.Select(container => End(pod, container)).FirstOrDefault(fault => fault is not null);
    }

    private static PodFault? Start(V1Pod pod, V1ContainerStatus container)
    {
        if (container.State?.Waiting is not { Reason: { } reason } waiting)
        {
            return null;
        }

        var said = Sentence(waiting.Message ?? reason);
        return reason switch
        {
            // The kubelet goes back and forth between the two names of the same fault; it is one cause.
            "ErrImagePull" or "ImagePullBackOff" => new PodFault("ImagePullBackOff", $"Pod {pod.Name()} cannot start: {Pull(said)} Check the image name and the pull secret."),
            "ErrImageNeverPull" or "InvalidImageName" => new PodFault(reason, $"Pod {pod.Name()} cannot start: {said} Check the image name and the pull policy."),
            "CreateContainerConfigError" when said.Contains("runAsNonRoot", StringComparison.Ordinal) || said.Contains("non-root", StringComparison.Ordinal) =>
                new PodFault("ImageRunsAsRoot", $"Pod {pod.Name()} cannot start: {said} Give image {container.Image} a numeric USER that is not 0."),
            "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError" =>
                new PodFault(reason, $"Pod {pod.Name()} cannot start: {said} kubectl describe pod {pod.Name()} says more."),
            _ => null,
        };
    }

    /// <summary>The cause of a failed pull, which a back-off repeats after words of its own.</summary>
    private static string Pull(string said) =>
        said.Split("ErrImagePull: ", 2) is [_, { Length: > 1 } cause] ? cause : said;

    private static PodFault? Scheduling(V1Pod pod, V1PersistentVolumeClaim? claim)
    {
        if (pod.Status?.Phase != "Pending"
            || pod.Status.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False" }) is not { } unscheduled)
        {
            return null;
        }

        var said = Sentence(unscheduled.Message ?? "no node fits");
        if (said.Contains("persistentvolumeclaim", StringComparison.OrdinalIgnoreCase))
        {
            return new PodFault("ClaimNotBound", $"Pod {pod.Name()} waits for its volume: {said} {WhichClaim(pod, claim, said)}");
        }

        return Missing(pod, said) is { } device
            ? new PodFault("NoNodeWithDevice", $"Pod {pod.Name()} asks for {device} and finds no node that has it free: {said} Add such a node, or ask for less in resources.")
            : new PodFault(unscheduled.Reason ?? "Unschedulable", $"Pod {pod.Name()} finds no node: {said} Free or add room, or ask for less in resources.");
    }

    /// <summary>The claim that the scheduler names, else the store's while it is not bound, else those that others made.</summary>
    private static string WhichClaim(V1Pod pod, V1PersistentVolumeClaim? claim, string said)
    {
        var others = (pod.Spec?.Volumes ?? []).Select(volume => volume.PersistentVolumeClaim?.ClaimName).OfType<string>().Where(name => name != claim?.Name()).ToList();
        if (others.FirstOrDefault(name => said.Contains($"\"{name}\"", StringComparison.Ordinal)) is { } named)
        {
            return $"Check claim {named}: kubectl describe pvc {named} says more; create it, or name another in the address of the input.";
        }

        if (claim is { Status.Phase: not "Bound" })
        {
            var storage = claim.Spec?.StorageClassName is { } name ? $"storage class {name}" : "the cluster's default storage class";
            return $"Claim {claim.Name()} of {storage} is not bound: kubectl describe pvc {claim.Name()} says why; check artifacts.storageClassName and artifacts.accessMode.";
        }

        return $"Check the claims it uses: {string.Join(", ", others)}.";
    }

    /// <summary>The device, such as <c>nvidia.com/gpu: 1</c>, that the scheduler finds nowhere; names with a slash are devices.</summary>
    private static string? Missing(V1Pod pod, string said) => (pod.Spec?.Containers ?? [])
        .SelectMany(container => (container.Resources?.Limits ?? new Dictionary<string, ResourceQuantity>()).Concat(container.Resources?.Requests ?? new Dictionary<string, ResourceQuantity>()))
        .Where(resource => resource.Key.Contains('/', StringComparison.Ordinal) && said.Contains($"Insufficient {resource.Key}", StringComparison.Ordinal))
        .OrderBy(resource => resource.Key, StringComparer.Ordinal)
        .Select(resource => $"{resource.Key}: {resource.Value}")
        .FirstOrDefault();

    private static PodFault? Eviction(V1Pod pod) => pod.Status is { Phase: "Failed", Reason: "Evicted" }
        ? new PodFault("Evicted", $"Pod {pod.Name()} was evicted: {Sentence(pod.Status.Message ?? "its node ran short of a resource")} Ask for what it needs in resources.requests.")
        : null;

    private static PodFault? End(V1Pod pod, V1ContainerStatus container)
    {
        if (container.State?.Terminated is { Reason: "OOMKilled" } || container.LastState?.Terminated is { Reason: "OOMKilled" })
        {
            return new PodFault("OutOfMemory", $"Pod {pod.Name()} used more memory than its limit{Limit(pod, container)}; raise limits.memory, or lower training.batchSize for a training.");
        }

        return container.State?.Waiting is { Reason: "CrashLoopBackOff" }
            ? new PodFault("CrashLoopBackOff", $"Pod {pod.Name()} ends again and again. Look at kubectl logs -p {pod.Name()}.")
            : null;
    }

    private static string Limit(V1Pod pod, V1ContainerStatus status) =>
        pod.Spec?.Containers?.FirstOrDefault(container => container.Name == status.Name)?.Resources?.Limits is { } limits && limits.TryGetValue("memory", out var memory)
            ? $" of {memory}"
            : "";

    /// <summary>Others' messages end with or without a full stop.</summary>
    private static string Sentence(string text) => text.TrimEnd().TrimEnd('.') + ".";
}
