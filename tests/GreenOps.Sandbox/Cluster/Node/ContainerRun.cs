using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Node;

/// <summary>One container of a pod over all its restarts: what the pod's worker remembers of it.</summary>
internal sealed class ContainerRun(V1Container spec)
{
    public V1Container Spec { get; } = spec;

    /// <summary>The process, while the container runs.</summary>
    public ContainerProcess? Process { get; set; }

    public ProbeLoop? Probes { get; set; }

    /// <summary>Stops the probes.</summary>
    public CancellationTokenSource? Probing { get; set; }

    public V1ContainerState State { get; set; } = Waiting("ContainerCreating");

    public V1ContainerState? LastState { get; set; }

    public int Restarts { get; set; }

    /// <summary>Not to be started before.</summary>
    public DateTimeOffset StartAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>To be killed when it has not ended by then; null when it was not asked to end.</summary>
    public DateTimeOffset? KillAt { get; set; }

    /// <summary>When SIGTERM is due: after the preStop hook's sleep.</summary>
    public DateTimeOffset? TerminateAt { get; set; }

    /// <summary>Whether SIGTERM has been sent to the process.</summary>
    public bool Terminated { get; set; }

    public bool IsRunning => Process is not null;

    public bool IsReady => IsRunning && KillAt is null && Probes is { Ready: true };

    public bool IsStarted => IsRunning && Probes is { Started: true };

    /// <summary>The exit code of a container that has ended and not been started again.</summary>
    public int? ExitCode => State.Terminated?.ExitCode;

    public static V1ContainerState Waiting(string reason, string? message = null) =>
        new() { Waiting = new V1ContainerStateWaiting { Reason = reason, Message = message } };
}
