using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>What a failed pod means for its Job.</summary>
internal enum FailureAction
{
    /// <summary>It counts towards the back-off limit.</summary>
    Count,

    /// <summary>It is replaced without counting.</summary>
    Ignore,

    /// <summary>The Job fails at once.</summary>
    FailJob,
}

/// <summary>A Job's <c>podFailurePolicy</c>: the first rule that matches a failed pod decides.</summary>
internal static class PodFailurePolicy
{
    /// <summary>The action for a failed pod, and for <see cref="FailureAction.FailJob"/> the condition's message.</summary>
    public static (FailureAction Action, string? Message) Judge(V1PodFailurePolicy? policy, V1Pod pod)
    {
        foreach (var (rule, index) in (policy?.Rules ?? []).Select((rule, index) => (rule, index)))
        {
            if (Match(rule, pod) is { } what)
            {
                var action = Enum.TryParse<FailureAction>(rule.Action, out var known) ? known : FailureAction.Count;
                return (action, $"{what} matching {rule.Action} rule at index {index}");
            }
        }
        return (FailureAction.Count, null);
    }

    private static string? Match(V1PodFailurePolicyRule rule, V1Pod pod)
    {
        if (rule.OnExitCodes is { } codes)
        {
            var match = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? [])
                .FirstOrDefault(status => Matches(codes, status));
            return match is null
                ? null
                : $"Container {match.Name} for pod {pod.Metadata.NamespaceProperty}/{pod.Metadata.Name} failed with exit code {match.State.Terminated.ExitCode}";
        }
        var condition = (pod.Status?.Conditions ?? []).FirstOrDefault(condition =>
            (rule.OnPodConditions ?? []).Any(wanted => wanted.Type == condition.Type && (wanted.Status ?? "True") == condition.Status));
        return condition is null ? null : $"Pod {pod.Metadata.NamespaceProperty}/{pod.Metadata.Name} has condition {condition.Type}";
    }

    private static bool Matches(V1PodFailurePolicyOnExitCodesRequirement codes, V1ContainerStatus status)
    {
        if (status.State?.Terminated is not { ExitCode: not 0 } ended)
            return false;
        if (codes.ContainerName is { } name && name != status.Name)
            return false;
        var listed = codes.Values.Contains(ended.ExitCode);
        return codes.OperatorProperty == "NotIn" ? !listed : listed;
    }
}
