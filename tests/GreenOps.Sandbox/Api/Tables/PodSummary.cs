using System.Globalization;
using System.Text.Json.Nodes;

using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api.Tables;

/// <summary>Sums a pod up as <c>kubectl get pods</c> does: the most telling reason among its containers.</summary>
internal static class PodSummary
{
    public static JsonNode Ready(JsonObject pod)
    {
        var ready = Statuses(pod, "containerStatuses").Count(status => status.Bool("ready") == true);
        return $"{ready}/{pod.Array("spec", "containers")?.Count ?? 0}";
    }

    public static JsonNode Status(JsonObject pod)
    {
        if (pod.IsTerminating() && pod.String("status", "phase") is not ("Succeeded" or "Failed")) return "Terminating";
        return InitReason(pod) ?? ContainerReason(pod) ?? pod.String("status", "reason") ?? pod.String("status", "phase") ?? "Unknown";
    }

    public static JsonNode Restarts(JsonObject pod, TimeProvider clock)
    {
        var statuses = Statuses(pod, "containerStatuses").ToList();
        var restarts = statuses.Sum(status => status.Long("restartCount") ?? 0);
        var last = statuses.Select(status => HumanTime.Parse(status.At("lastState", "terminated", "finishedAt"))).Max();
        return restarts > 0 && last is { } at
            ? $"{restarts} ({HumanTime.Duration(clock.GetUtcNow() - at)} ago)"
            : restarts.ToString(CultureInfo.InvariantCulture);
    }

    private static string? InitReason(JsonObject pod)
    {
        var total = pod.Array("spec", "initContainers")?.Count ?? 0;
        var index = 0;
        foreach (var status in Statuses(pod, "initContainerStatuses"))
        {
            var terminated = status.Object("state", "terminated");
            if (terminated.Long("exitCode") == 0)
            {
                index++;
                continue;
            }
            if (terminated is not null) return $"Init:{terminated.String("reason") ?? $"ExitCode:{terminated.Long("exitCode")}"}";
            return status.String("state", "waiting", "reason") is { } reason and not "PodInitializing" ? $"Init:{reason}" : $"Init:{index}/{total}";
        }
        return null;
    }

    private static string? ContainerReason(JsonObject pod)
    {
        var isRunning = Statuses(pod, "containerStatuses").Any(status => status.Object("state", "running") is not null && status.Bool("ready") == true);
        foreach (var status in Statuses(pod, "containerStatuses"))
        {
            if (status.String("state", "waiting", "reason") is { } waiting) return waiting;
            if (status.Object("state", "terminated") is not { } terminated) continue;
            var reason = terminated.String("reason") ?? (terminated.Long("signal") is > 0 and var signal ? $"Signal:{signal}" : $"ExitCode:{terminated.Long("exitCode")}");
            // A sidecar's pod goes on while another container runs.
            return reason == "Completed" && isRunning ? "Running" : reason;
        }
        return null;
    }

    private static IEnumerable<JsonObject> Statuses(JsonObject pod, string list) => pod.Array("status", list)?.OfType<JsonObject>() ?? [];
}
