using System.Text;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Desired;
using k8s;
using k8s.Models;

namespace GreenOps.Operator.Planning;

/// <summary>Reads how far a stage has come from the model's status, the stage's Job and its pods.</summary>
public static class StageObserver
{
    // The watch of pods may lag behind that of Jobs, after a restart by a whole list.
    private static readonly TimeSpan WatchLag = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PatienceForPod = TimeSpan.FromMinutes(1);

    /// <summary>The state of one stage.</summary>
    public static StageState Observe(GreenModelObservation observation, Stage stage)
    {
        if (Remembered(observation.Model, stage) is { } artifact)
        {
            return new StageState(stage, StageProgress.Stored, RootWords.For(stage).Stored, Stored(stage, artifact.Profile.Accuracy, artifact.Profile.AccuracySource))
            {
                Artifact = artifact,
                Accuracy = artifact.Profile.Accuracy,
                Done = 1,
                Job = FindJob(observation, stage),
            };
        }

        if (FindJob(observation, stage) is not { } job)
        {
            return new StageState(stage, StageProgress.Missing, "NotStarted", "The stage has not started.");
        }

        var pods = observation.Pods
            .Where(pod => pod.GetLabel(Labels.Stage) == stage.Name && pod.GetLabel(Labels.Revision) == stage.Revision)
            .ToList();
        var reports = pods.Select(Report).OfType<StageReport>().OrderBy(report => report.FinishedAt).ToList();
        var load = observation.Load.Stages.LastOrDefault(entry => pods.Any(pod => pod.Name() == entry.Pod));
        var state = StateOf(observation, stage, job, pods, reports);
        return state with
        {
            Job = job,
            PodRuns = pods.Any(pod => pod.Status?.Phase == "Running"),
            TellsProgress = state.Progress == StageProgress.Stored || load is not null || !CustomTrainer.IsIn(stage),
            Done = state.Progress == StageProgress.Stored ? 1 : load?.Progress ?? LastProgress(observation.Model, stage),
            Accuracy = state.Artifact?.Profile.Accuracy ?? load?.Accuracy ?? LastAccuracy(observation.Model, stage),
        };
    }

    private static StageState StateOf(
        GreenModelObservation observation, Stage stage, V1Job job, List<V1Pod> pods, List<StageReport> reports)
    {
        if (reports.LastOrDefault(report => report is { Outcome: StageOutcome.Succeeded, Artifact: not null, Profile: not null }) is { } success)
        {
            return new StageState(stage, StageProgress.Stored, RootWords.For(stage).Stored, Stored(stage, success.Profile!.Accuracy, success.Profile.AccuracySource.ToString()))
            {
                Artifact = ArtifactRecord.Of(
                    stage,
                    success,
                    CustomTraining.UntoldRuns(observation, pods.Where(pod => Report(pod) != success)),
                    CreatedAt(observation.Model),
                    CreatedAt(job),
                    ZoneOutlook.History(observation.ZoneOf(job))),
            };
        }

        var failure = reports.LastOrDefault(report => report.Outcome == StageOutcome.Failed) is { } told
            ? (told.Reason, told.Message)
            : CustomTraining.Failure(pods) is { } words ? (CustomTraining.Failed, words) : default((string Reason, string Message)?);
        // Jobs and pods are watched apart: a Job can be seen to end before its pod is seen to end or at all, and the report is not lost then.
        var complete = JobState.Condition(job, "Complete") is { } done && pods.All(HasEnded) && (pods.Count > 0 || !IsRecent(done, observation.Now));
        var failed = pods.All(HasEnded) ? JobState.Condition(job, "Failed") : null;
        // The Job's own condition comes a moment after the pod that ended it; the exit code already tells.
        if (failed is not null || pods.Any(EndedForGood))
        {
            return new StageState(
                stage,
                StageProgress.Failed,
                failure?.Reason ?? failed?.Reason ?? "JobFailed",
                $"{failure?.Message ?? failed?.Message ?? "The Job failed."} Mend the cause, then change the manifest or delete Job {job.Name()} to try again.");
        }

        if (complete)
        {
            return new StageState(stage, StageProgress.ReportLost, "ReportLost", $"Job {job.Name()} is done and its pod is gone with the report; it runs again and finds its artifact.");
        }

        // A variant that failed and is held until another is done has still failed.
        if (job.Spec.Suspend == true && (failure is null || stage.Document.Compress is null))
        {
            return new StageState(stage, StageProgress.Suspended, "Suspended", "The Job is suspended.");
        }

        return Fault(observation, job, pods) is { } fault
            ? new StageState(stage, StageProgress.Failing, fault.Reason, fault.Message)
            : failure is not null
                ? new StageState(stage, StageProgress.Failing, failure.Value.Reason, $"{failure.Value.Message} The stage is tried again.")
                : new StageState(stage, StageProgress.Running, "Running", $"Job {job.Name()} runs.");
    }

    private static PodFault? Fault(GreenModelObservation observation, V1Job job, List<V1Pod> pods)
    {
        // An eviction is over once another pod runs; running out of memory comes again.
        var runs = pods.Any(pod => pod.Status?.Phase == "Running");
        return pods
            .Where(pod => !(runs && pod.Status?.Reason == "Evicted"))
            .Select(pod => PodFaults.Of(pod, observation.Claim))
            .FirstOrDefault(fault => fault is not null)
            ?? WithoutPod(observation, job, pods);
    }

    /// <summary>The Job controller tells only in events that a quota or an admission policy refuses its pods.</summary>
    private static PodFault? WithoutPod(GreenModelObservation observation, V1Job job, List<V1Pod> pods) =>
        pods.Count == 0 && job.Status?.StartTime is { } start && observation.Now.UtcDateTime - start.ToUniversalTime() > PatienceForPod
            ? new PodFault("NoPod", $"Job {job.Name()} has no pod yet: a quota or an admission policy may refuse it. kubectl describe job {job.Name()} says why.")
            : null;

    private static bool IsRecent(V1JobCondition condition, DateTimeOffset now) =>
        condition.LastTransitionTime is { } since && now.UtcDateTime - since.ToUniversalTime() < WatchLag;

    private static bool EndedForGood(V1Pod pod) => Ended(pod)?.ExitCode == ExitCodes.BadInput || CustomTraining.Ended(pod)?.ExitCode == ExitCodes.BadInput;

    private static bool HasEnded(V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    private static V1ContainerStateTerminated? Ended(V1Pod pod) =>
        pod.Status?.ContainerStatuses?.FirstOrDefault(status => status.Name == StageJob.Container)?.State?.Terminated;

    private static StageReport? Report(V1Pod pod)
    {
        var message = Ended(pod)?.Message;
        if (string.IsNullOrEmpty(message))
        {
            return null;
        }

        try
        {
            return ContractJson.Read<StageReport>(Encoding.UTF8.GetBytes(message), "termination message");
        }
        catch (ContractException)
        {
            // The kubelet puts the log's tail there when the container left no report: not a report.
            return null;
        }
    }

    private static V1Job? FindJob(GreenModelObservation observation, Stage stage) =>
        observation.Jobs.FirstOrDefault(job => job.Name() == ChildNames.Stage(observation.Model, stage));

    private static ArtifactStatus? Remembered(GreenModel model, Stage stage) => model.Status?.Artifacts?
        .FirstOrDefault(artifact => artifact.Stage == stage.Name && artifact.Revision == stage.Revision);

    private static double LastProgress(GreenModel model, Stage stage) => (LastSeen(model, stage)?.ProgressPercent ?? 0) / 100.0;

    private static double? LastAccuracy(GreenModel model, Stage stage) => LastSeen(model, stage)?.Accuracy;

    private static TrainingStatus? LastSeen(GreenModel model, Stage stage) =>
        model.Status?.Training is { } training && training.Revision == stage.Revision ? training : null;

    private static DateTimeOffset? CreatedAt(IKubernetesObject<V1ObjectMeta> child) =>
        child.CreationTimestamp() is { } created ? new DateTimeOffset(DateTime.SpecifyKind(created, DateTimeKind.Utc)) : null;

    private static string Stored(Stage stage, double accuracy, string? source)
    {
        var what = stage.Name == StageNames.Import ? "The model is imported" : "The artifact is stored";
        return (source == nameof(AccuracySource.Fidelity), stage.VariantName) switch
        {
            (false, _) => FormattableString.Invariant($"{what}; accuracy {accuracy:0.0000}."),
            (_, StageNames.FullVariant) => $"{what}; for want of examples its variants are compared with it.",
            _ => FormattableString.Invariant($"{what}; it agrees with the full model on a share of {accuracy:0.0000} of the inputs."),
        };
    }
}
