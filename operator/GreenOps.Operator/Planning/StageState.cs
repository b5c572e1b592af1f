using GreenOps.Api.Models;
using GreenOps.Operator.Desired;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>How far a stage has come.</summary>
public enum StageProgress
{
    /// <summary>It has no Job yet.</summary>
    Missing,

    /// <summary>Its Job waits for cleaner power.</summary>
    Suspended,

    /// <summary>Its Job runs.</summary>
    Running,

    /// <summary>It failed and is tried again.</summary>
    Failing,

    /// <summary>It failed and no retry can help.</summary>
    Failed,

    /// <summary>Its Job is done and its report is lost; it runs again, finds its artifact and reports anew.</summary>
    ReportLost,

    /// <summary>Its artifact is in the store.</summary>
    Stored,
}

/// <summary>One stage as observed.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Progress">How far it has come.</param>
/// <param name="Reason">Why, for machines.</param>
/// <param name="Message">Why, for people.</param>
public sealed record StageState(Stage Stage, StageProgress Progress, string Reason, string Message)
{
    /// <summary>The stage's Job, when there is one.</summary>
    public V1Job? Job { get; init; }

    /// <summary>Whether a pod of it runs, which may measure.</summary>
    public bool PodRuns { get; init; }

    /// <summary>Whether it waits for leave to go on.</summary>
    public bool IsHeld => Job is { Spec.Suspend: true };

    /// <summary>The stage's artifact, when it is stored.</summary>
    public ArtifactStatus? Artifact { get; init; }

    /// <summary>Share of the work that is done, in [0, 1].</summary>
    public double Done { get; init; }

    /// <summary>Whether <see cref="Done"/> is known while it runs: a container of the user's own does not tell.</summary>
    public bool TellsProgress { get; init; } = true;

    /// <summary>Accuracy so far, in [0, 1]; null when unknown.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Whether nothing more is to be expected from it for now.</summary>
    public bool IsSettled => Progress is StageProgress.Stored or StageProgress.Failed or StageProgress.Failing;
}
