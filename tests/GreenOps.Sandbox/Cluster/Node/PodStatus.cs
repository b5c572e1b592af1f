using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>A pod's status from its containers, by the kubelet's rules.</summary>
internal static class PodStatus
{
    /// <param name="pod">The pod as the API server has it: the conditions of others are kept.</param>
    /// <param name="before">The conditions written last: those that do not turn keep their times.</param>
    /// <param name="podIP">Its address.</param>
    /// <param name="startTime">When the kubelet saw it first.</param>
    /// <param name="init">Its init containers.</param>
    /// <param name="containers">Its containers.</param>
    /// <param name="ending">Whether the pod is being ended and its containers will not start again.</param>
    /// <param name="now">The time.</param>
    public static V1PodStatus Of(
        V1Pod pod,
        IList<V1PodCondition> before,
        string podIP,
        DateTime startTime,
        IReadOnlyList<ContainerRun> init,
        IReadOnlyList<ContainerRun> containers,
        bool ending,
        DateTime now)
    {
        var phase = PhaseOf(pod.Spec.RestartPolicy ?? "Always", init, containers, ending);
        var initialized = init.All(run => run.ExitCode == 0);
        var ready = containers.All(run => run.IsReady) && !ending;
        var completed = phase == "Succeeded";
        var unready = containers.Where(run => !run.IsReady).Select(run => run.Spec.Name).ToList();
        var reason = ready ? null : completed ? "PodCompleted" : phase == "Failed" ? "PodFailed" : "ContainersNotReady";
        var message = reason == "ContainersNotReady" ? $"containers with unready status: [{string.Join(' ', unready)}]" : null;
        V1PodCondition[] own =
        [
            Condition(before, "PodScheduled", true, null, null, now),
            Condition(before, "Initialized", initialized, initialized ? null : "ContainersNotInitialized", null, now),
            Condition(before, "ContainersReady", ready, reason, message, now),
            Condition(before, "Ready", ready, reason, message, now),
        ];
        return new V1PodStatus
        {
            Phase = phase,
            PodIP = podIP,
            PodIPs = [new V1PodIP { Ip = podIP }],
            HostIP = "127.0.0.1",
            StartTime = startTime,
            QosClass = "Burstable",
            Conditions = [.. own, .. (pod.Status?.Conditions ?? []).Where(condition => own.All(mine => mine.Type != condition.Type))],
            InitContainerStatuses = init.Count == 0 ? null : [.. init.Select(run => Describe(run, init: true))],
            ContainerStatuses = [.. containers.Select(run => Describe(run, init: false))],
        };
    }

    private static string PhaseOf(string restartPolicy, IReadOnlyList<ContainerRun> init, IReadOnlyList<ContainerRun> containers, bool ending)
    {
        var over = ending || restartPolicy == "Never";
        if (init.Any(run => run.ExitCode is not null and not 0) && over)
            return "Failed";
        if (init.Any(run => run.ExitCode != 0))
            return ending && init.Concat(containers).All(run => !run.IsRunning) ? "Failed" : "Pending";
        if (containers.All(run => run.ExitCode is not null))
        {
            if (containers.All(run => run.ExitCode == 0) && (restartPolicy != "Always" || ending))
                return "Succeeded";
            return over ? "Failed" : "Running";
        }
        if (ending && containers.All(run => !run.IsRunning))
            return "Failed";
        var started = containers.All(run => run.IsRunning || run.ExitCode is not null || run.LastState is not null);
        return started ? "Running" : "Pending";
    }

    private static V1ContainerStatus Describe(ContainerRun run, bool init) => new()
    {
        Name = run.Spec.Name,
        Image = run.Spec.Image,
        ImageID = $"sandbox://{ImageCatalogue.NameOf(run.Spec.Image)}",
        ContainerID = run.Process is { } process ? $"process://{process.Id}" : run.State.Terminated?.ContainerID,
        Ready = run.IsReady || (init && run.ExitCode == 0),
        Started = run.IsStarted,
        RestartCount = run.Restarts,
        State = run.State,
        LastState = run.LastState ?? new V1ContainerState(),
    };

    private static V1PodCondition Condition(IList<V1PodCondition> before, string type, bool value, string? reason, string? message, DateTime now)
    {
        var status = value ? "True" : "False";
        var old = before.FirstOrDefault(condition => condition.Type == type);
        return new V1PodCondition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
            LastTransitionTime = old?.Status == status ? old.LastTransitionTime : now,
        };
    }
}
