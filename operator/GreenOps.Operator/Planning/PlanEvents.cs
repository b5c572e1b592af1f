using GreenOps.Api;
using GreenOps.Api.Models;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Events from the difference between two statuses: one per change that a person would want to hear of.</summary>
public static class PlanEvents
{
    private static readonly string[] Told = [ConditionTypes.Trained, ConditionTypes.Compressed, ConditionTypes.Ready, ConditionTypes.CarbonDataFresh, ConditionTypes.WithinBudget];

    private static readonly HashSet<string> Quiet = new(StringComparer.Ordinal)
    {
        "WaitingForTraining", "WaitingForImport", "Compressing", "Training", "Importing", "LoadingVariants", "ServerNotReady", "NoData", "ReportLost",
    };

    /// <summary>The events of going from one status to the next.</summary>
    /// <param name="before">The status so far.</param>
    /// <param name="after">The status from now on.</param>
    /// <param name="failures">Reasons of stages that fail or have failed.</param>
    /// <param name="faults">Reasons to warn of that only Ready tells.</param>
    public static IReadOnlyList<PlannedEvent> Between(
        GreenModelStatus? before, GreenModelStatus after, IReadOnlySet<string> failures, IReadOnlySet<string> faults)
    {
        List<PlannedEvent> events = [];
        foreach (var condition in after.Conditions ?? [])
        {
            var previous = before?.Conditions?.FirstOrDefault(candidate => candidate.Type == condition.Type);
            if (Told.Contains(condition.Type) && (previous?.Reason != condition.Reason || previous.Status != condition.Status))
            {
                events.AddRange(Tell(condition, previous, failures, faults));
            }
        }

        if (after.Training is { CarbonZone: { } zone, Placement: { } placement } && (before?.Training?.CarbonZone, before?.Training?.Revision) != (zone, after.Training.Revision))
        {
            events.Add(new PlannedEvent(PlannedEvent.Normal, "TrainingPlaced", placement));
        }

        if (before?.Serving?.DesiredReplicas is { } from && after.Serving?.DesiredReplicas is { } to && from != to)
        {
            events.Add(new PlannedEvent(PlannedEvent.Normal, "Scaled", $"Replicas go from {from} to {to}."));
        }

        if (after.Serving is { ScalingReason: OwnServer.QueryFailed, ScalingMessage: { } problem } && before?.Serving?.ScalingReason != OwnServer.QueryFailed)
        {
            events.Add(new PlannedEvent(PlannedEvent.Warning, OwnServer.QueryFailed, problem));
        }

        if (after.Serving is { } serving && before?.Serving?.ReplicasManagedBy != serving.ReplicasManagedBy)
        {
            events.Add(serving.ReplicasManagedBy is { } owner
                ? new PlannedEvent(PlannedEvent.Normal, "ReplicasManagedElsewhere", $"{owner} sets the replicas of the server Deployment; the operator leaves them alone. kubectl scale of that Deployment gives them back.")
                : new PlannedEvent(PlannedEvent.Normal, "ReplicasManaged", "The operator sets the replicas again."));
        }

        if (after.Serving?.MixSummary is { } mix && before?.Serving?.MixSummary != mix)
        {
            events.Add(new PlannedEvent(PlannedEvent.Normal, "MixChanged", $"Traffic is now {mix} ({after.Serving.MixReason})."));
        }

        return events;
    }

    private static IEnumerable<PlannedEvent> Tell(
        V1Condition condition, V1Condition? previous, IReadOnlySet<string> failures, IReadOnlySet<string> faults)
    {
        if (faults.Contains(condition.Reason))
        {
            if (condition.Type == ConditionTypes.Ready)
            {
                yield return new PlannedEvent(PlannedEvent.Warning, condition.Reason, condition.Message);
            }
        }
        else if (failures.Contains(condition.Reason))
        {
            // Ready repeats what Trained or Compressed says; one Warning per cause is enough.
            if (condition.Type != ConditionTypes.Ready)
            {
                yield return new PlannedEvent(PlannedEvent.Warning, condition.Reason, condition.Message);
            }
        }
        else if (condition.Reason == ReadyVerdict.Suspended)
        {
            if (condition.Type == ConditionTypes.Ready)
            {
                yield return new PlannedEvent(PlannedEvent.Normal, condition.Reason, condition.Message);
            }
        }
        else if (condition.Type == ConditionTypes.CarbonDataFresh)
        {
            if (condition.Status == ConditionStatus.False && condition.Reason != "NoData")
            {
                yield return new PlannedEvent(PlannedEvent.Warning, condition.Reason, condition.Message);
            }
            else if (previous is { Reason: not "NoData" } && condition.Status == ConditionStatus.True)
            {
                yield return new PlannedEvent(PlannedEvent.Normal, condition.Reason, condition.Message);
            }
        }
        else if (condition.Type == ConditionTypes.WithinBudget)
        {
            if (condition.Status == ConditionStatus.False)
            {
                yield return new PlannedEvent(PlannedEvent.Warning, condition.Reason, condition.Message);
            }
            else if (previous is { Status: ConditionStatus.False })
            {
                yield return new PlannedEvent(PlannedEvent.Normal, condition.Reason, condition.Message);
            }
        }
        else if (condition.Reason == "Training" && condition.Type == ConditionTypes.Trained)
        {
            yield return new PlannedEvent(PlannedEvent.Normal, "TrainingStarted", condition.Message);
        }
        else if (condition.Reason == "Importing" && condition.Type == ConditionTypes.Trained)
        {
            yield return new PlannedEvent(PlannedEvent.Normal, "ImportStarted", condition.Message);
        }
        else if (condition.Reason == "Imported")
        {
            yield return new PlannedEvent(PlannedEvent.Normal, condition.Reason, condition.Message);
        }
        else if (!Quiet.Contains(condition.Reason) && !(condition.Type == ConditionTypes.Ready && condition.Status == ConditionStatus.False))
        {
            yield return new PlannedEvent(PlannedEvent.Normal, condition.Type == ConditionTypes.Trained && condition.Status == ConditionStatus.False ? "TrainingDeferred" : condition.Type, condition.Message);
        }
    }
}
