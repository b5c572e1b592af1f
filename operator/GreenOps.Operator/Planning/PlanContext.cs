using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Decisions.Carbon;
using GreenOps.Decisions.Serving;
using GreenOps.Decisions.Training;

namespace GreenOps.Operator.Planning;

/// <summary>What the planner has found out so far; the input of the conditions.</summary>
public sealed record PlanContext
{
    /// <summary>What is observed.</summary>
    public required GreenModelObservation Observation { get; init; }

    /// <summary>The zone's outlook; null when there is none.</summary>
    public required CarbonOutlook? Outlook { get; init; }

    /// <summary>The training.</summary>
    public required StageState Training { get; init; }

    /// <summary>Where the training runs, when it may go to several zones.</summary>
    public required Placement? Placement { get; init; }

    /// <summary>The compressions, sorted by name.</summary>
    public required IReadOnlyList<StageState> Compressions { get; init; }

    /// <summary>Whether the training runs now; null when it is stored or cannot succeed.</summary>
    public required ShiftDecision? Shift { get; init; }

    /// <summary>Whether spec.suspend keeps a stage from running.</summary>
    public bool Suspended => Observation.Model.Spec.Suspend
        && Compressions.Prepend(Training).Any(state => state.Progress is not (StageProgress.Stored or StageProgress.Failed));

    /// <summary>The variants as judged.</summary>
    public required IReadOnlyList<VariantStatus> Variants { get; init; }

    /// <summary>What serves; null when nothing can.</summary>
    public required ServedSet? Served { get; init; }

    /// <summary>The mix; null when nothing serves.</summary>
    public required MixPlan? Mix { get; init; }

    /// <summary>The replicas; null when nothing serves.</summary>
    public required ReplicaDecision? Replicas { get; init; }

    /// <summary>Who else sets the replicas; null when the operator does.</summary>
    public required string? ReplicasManagedBy { get; init; }

    /// <summary>Names of the serving pods that are ready.</summary>
    public required IReadOnlySet<string> ReadyPods { get; init; }

    /// <summary>
    /// Whether every serving pod is of the template that the spec asks for. The status of a Deployment lags behind its
    /// spec; while the model was ready that can only be a change of the replica count, which unsettles nothing.
    /// </summary>
    public bool RolledOut => HasTemplate
        && Observation.Deployment is { Status: { UpdatedReplicas: > 0 } status } deployment
        && (status.Replicas ?? 0) <= status.UpdatedReplicas
        && (WasReady || (status.ObservedGeneration ?? 0) >= (deployment.Metadata.Generation ?? 0));

    /// <summary>Whether the Deployment has the pod template that it should have.</summary>
    public required bool HasTemplate { get; init; }

    /// <summary>Whether the status says that the model is ready with this spec and this revision.</summary>
    public bool WasReady => Observation.Model.Status is { } status
        && status.Serving?.Revision == Served?.Revision
        && status.ObservedGeneration == Observation.Model.Metadata.Generation
        && status.Conditions?.Any(condition => condition is { Type: ConditionTypes.Ready, Status: ConditionStatus.True }) == true;

    /// <summary>Whether something answers requests now, of whatever revision.</summary>
    public bool Answers => Served is not null && ReadyPods.Count > 0;

    /// <summary>
    /// Whether every ready pod has loaded every variant of the set. A server of the user's own does not tell; the one file
    /// that it loads is in its template.
    /// </summary>
    public bool Loaded => Observation.Model.Spec.Serving.Container is not null ? RolledOut : LoadedByOurs;

    private bool LoadedByOurs => Served is not null && ReadyPods.Count > 0 && ReadyPods.All(pod =>
        Observation.Load.Servers.FirstOrDefault(server => server.Pod == pod) is { } server
        && Served.Variants.All(variant => server.Artifacts.Contains(variant.Folder)));
}
