using System.Globalization;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>What is remembered of a Job between two looks at it: failures since the last success, and the last failure's time.</summary>
internal sealed record JobHistory(int FailuresInARow, DateTimeOffset? LastFailure)
{
    public static JobHistory None { get; } = new(0, null);
}

/// <summary>The world a Job is in.</summary>
/// <param name="Job">The Job.</param>
/// <param name="Pods">All pods it controls.</param>
/// <param name="Uncounted">Those of them whose end is not in the Job's status yet.</param>
/// <param name="History">What is remembered.</param>
/// <param name="Now">The time.</param>
/// <param name="RetryBackoff">The wait after the first failure; doubles up to sixtyfold.</param>
internal sealed record JobWorld(
    V1Job Job, IReadOnlyList<V1Pod> Pods, IReadOnlyList<V1Pod> Uncounted, JobHistory History, DateTimeOffset Now, TimeSpan RetryBackoff);

/// <summary>What to do about a Job: pods to delete and to create, its next status, when to look again.</summary>
internal sealed record JobPlan
{
    public const string IndexAnnotation = "batch.kubernetes.io/job-completion-index";

    /// <summary>Pods that are no longer wanted; their end will not count.</summary>
    public IReadOnlyList<V1Pod> Delete { get; private init; } = [];

    /// <summary>One entry for each pod to create: its completion index, or null in a Job without indexes.</summary>
    public IReadOnlyList<int?> Create { get; private init; } = [];

    public required V1JobStatus Status { get; init; }

    public required JobHistory History { get; init; }

    public TimeSpan? LookAgainAfter { get; private init; }

    /// <summary>The event to record, if something turned.</summary>
    public (string Type, string Reason, string Message)? Event { get; private init; }

    /// <summary>Decides. Reasons and messages are those of Kubernetes' own Job controller.</summary>
    public static JobPlan Make(JobWorld world)
    {
        var tally = Tally.Of(world);
        var status = Counted(world, tally);
        var plan = new JobPlan { Status = status, History = tally.History };
        if (IsTrue(status, "Complete") || IsTrue(status, "Failed"))
            return plan;
        if (Failure(world, tally, status) is { } failure)
            return plan.End(world, tally, "FailureTarget", "Failed", failure.Reason, failure.Message);
        if (IsTrue(status, "SuccessCriteriaMet") || IsAchieved(world.Job.Spec, status, tally))
            return plan.End(world, tally, "SuccessCriteriaMet", "Complete", "CompletionsReached", "Reached expected number of succeeded pods");
        return world.Job.Spec.Suspend == true ? plan.Suspend(world, tally) : plan.Proceed(world, tally);
    }

    private JobPlan End(JobWorld world, Tally tally, string criterion, string condition, string reason, string message)
    {
        if (!IsTrue(Status, criterion))
            Set(Status, criterion, "True", reason, message, world.Now);
        Status.Active = 0;
        Status.Ready = 0;
        if (tally.Active.Count + tally.Terminating.Count > 0)
            return this with { Delete = tally.Active };
        Set(Status, condition, "True", reason, message, world.Now);
        if (condition == "Complete")
            Status.CompletionTime = world.Now.UtcDateTime;
        return this with
        {
            Event = condition == "Complete" ? ("Normal", "Completed", "Job completed") : ("Warning", reason, message),
        };
    }

    private JobPlan Suspend(JobWorld world, Tally tally)
    {
        Status.StartTime = null;
        Status.Active = 0;
        Status.Ready = 0;
        var turned = !IsTrue(Status, "Suspended");
        if (turned)
            Set(Status, "Suspended", "True", "JobSuspended", "Job suspended", world.Now);
        return this with { Delete = tally.Active, Event = turned ? ("Normal", "Suspended", "Job suspended") : null };
    }

    private JobPlan Proceed(JobWorld world, Tally tally)
    {
        var resumed = IsTrue(Status, "Suspended");
        if (resumed)
            Set(Status, "Suspended", "False", "JobResumed", "Job resumed", world.Now);
        Status.StartTime ??= world.Now.UtcDateTime;
        var delete = tally.Active.Skip(Math.Min(tally.Active.Count, Wanted(world.Job.Spec, Status))).ToList();
        var create = Missing(world, tally).ToList();
        var wait = create.Count > 0 ? Backoff(world, tally.History) : TimeSpan.Zero;
        if (wait > TimeSpan.Zero)
            create = [];
        Status.Active = tally.Active.Count - delete.Count + create.Count;
        return this with
        {
            Delete = delete,
            Create = create,
            LookAgainAfter = Sooner(wait, world.Job.Spec.ActiveDeadlineSeconds is { } limit
                ? Status.StartTime.Value.AddSeconds(limit) - world.Now.UtcDateTime
                : TimeSpan.Zero),
            Event = resumed ? ("Normal", "Resumed", "Job resumed") : null,
        };
    }

    private IEnumerable<int?> Missing(JobWorld world, Tally tally)
    {
        var spec = world.Job.Spec;
        // With a failure policy a pod is replaced only once its end is known; otherwise as soon as it is on its way out.
        var leaving = ReplacesOnlyFailed(spec) ? tally.Terminating : [];
        var count = Wanted(spec, Status) - tally.Active.Count - leaving.Count;
        if (count <= 0)
            return [];
        if (spec.CompletionMode != "Indexed")
            return Enumerable.Repeat<int?>(null, count);
        var taken = IndexRanges.Parse(Status.CompletedIndexes);
        taken.UnionWith(tally.Active.Concat(leaving).Select(IndexOf).OfType<int>());
        return Enumerable.Range(0, spec.Completions ?? 1).Where(index => !taken.Contains(index)).Take(count).Select(index => (int?)index);
    }

    private static TimeSpan Backoff(JobWorld world, JobHistory history) => history is { FailuresInARow: > 0 and var failures, LastFailure: { } last }
        ? last + (world.RetryBackoff * Math.Min(60, Math.Pow(2, failures - 1))) - world.Now
        : TimeSpan.Zero;

    private static TimeSpan? Sooner(TimeSpan left, TimeSpan right) =>
        left > TimeSpan.Zero && right > TimeSpan.Zero ? (left < right ? left : right)
        : left > TimeSpan.Zero ? left
        : right > TimeSpan.Zero ? right
        : null;

    private static V1JobStatus Counted(JobWorld world, Tally tally)
    {
        var old = world.Job.Status ?? new V1JobStatus();
        var completed = IndexRanges.Parse(old.CompletedIndexes);
        completed.UnionWith(tally.Succeeded.Select(IndexOf).OfType<int>());
        var indexed = world.Job.Spec.CompletionMode == "Indexed";
        return new V1JobStatus
        {
            Conditions = [.. old.Conditions ?? []],
            StartTime = old.StartTime,
            CompletionTime = old.CompletionTime,
            Succeeded = indexed ? completed.Count : (old.Succeeded ?? 0) + tally.Succeeded.Count,
            Failed = (old.Failed ?? 0) + tally.Failed.Count,
            CompletedIndexes = indexed && completed.Count > 0 ? IndexRanges.Format(completed) : null,
            Active = tally.Active.Count,
            Ready = tally.Active.Count(Pods.IsReady),
            Terminating = tally.Terminating.Count,
        };
    }

    private static (string Reason, string Message)? Failure(JobWorld world, Tally tally, V1JobStatus status)
    {
        if (status.Conditions.FirstOrDefault(condition => condition is { Type: "FailureTarget", Status: "True" }) is { } target)
            return (target.Reason, target.Message);
        if (tally.FailJobMessage is { } message)
            return ("PodFailurePolicy", message);
        var spec = world.Job.Spec;
        var limit = spec.BackoffLimit ?? 6;
        var restarts = spec.Template.Spec.RestartPolicy == "OnFailure"
            ? tally.Active.SelectMany(pod => pod.Status?.ContainerStatuses ?? []).Sum(container => container.RestartCount)
            : 0;
        if (status.Failed > limit || (restarts > 0 && restarts >= limit))
            return ("BackoffLimitExceeded", "Job has reached the specified backoff limit");
        return spec.ActiveDeadlineSeconds is { } seconds && spec.Suspend != true && status.StartTime?.AddSeconds(seconds) <= world.Now.UtcDateTime
            ? ("DeadlineExceeded", "Job was active longer than specified deadline")
            : null;
    }

    private static bool IsAchieved(V1JobSpec spec, V1JobStatus status, Tally tally) => Completions(spec) is { } completions
        ? status.Succeeded >= completions
        : status.Succeeded > 0 && tally.Active.Count == 0;

    private static int Wanted(V1JobSpec spec, V1JobStatus status)
    {
        var parallelism = spec.Parallelism ?? 1;
        return Completions(spec) is { } completions
            ? Math.Min(parallelism, completions - status.Succeeded ?? 0)
            // A work queue: once one pod has found it empty, no new ones start.
            : status.Succeeded > 0 ? status.Active ?? 0 : parallelism;
    }

    private static int? Completions(V1JobSpec spec) => spec.Completions ?? (spec.Parallelism is null ? 1 : null);

    private static bool ReplacesOnlyFailed(V1JobSpec spec) => spec.PodFailurePolicy is not null || spec.PodReplacementPolicy == "Failed";

    private static int? IndexOf(V1Pod pod) =>
        pod.Metadata.Annotations?.TryGetValue(IndexAnnotation, out var text) == true ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static bool IsTrue(V1JobStatus status, string type) =>
        status.Conditions.Any(condition => condition.Type == type && condition.Status == "True");

    private static void Set(V1JobStatus status, string type, string value, string reason, string message, DateTimeOffset now)
    {
        var old = status.Conditions.FirstOrDefault(condition => condition.Type == type);
        status.Conditions =
        [
            .. status.Conditions.Where(condition => condition != old),
            new V1JobCondition
            {
                Type = type,
                Status = value,
                Reason = reason,
                Message = message,
                LastProbeTime = now.UtcDateTime,
                LastTransitionTime = now.UtcDateTime,
            },
        ];
    }

    /// <summary>A Job's pods by what they mean for it.</summary>
    private sealed record Tally(
        IReadOnlyList<V1Pod> Active,
        IReadOnlyList<V1Pod> Terminating,
        IReadOnlyList<V1Pod> Succeeded,
        IReadOnlyList<V1Pod> Failed,
        string? FailJobMessage,
        JobHistory History)
    {
        public static Tally Of(JobWorld world)
        {
            var live = world.Pods.Where(pod => !pod.IsTerminal()).ToList();
            var succeeded = world.Uncounted.Where(pod => pod.Status?.Phase == "Succeeded").ToList();
            var failed = world.Uncounted.Where(pod => pod.Status?.Phase != "Succeeded")
                .Select(pod => (Pod: pod, Judgement: PodFailurePolicy.Judge(world.Job.Spec.PodFailurePolicy, pod))).ToList();
            var history = (succeeded.Count, failed.Count) switch
            {
                (0, 0) => world.History,
                ( > 0, _) => JobHistory.None,
                _ => new JobHistory(world.History.FailuresInARow + failed.Count, failed.Max(entry => EndOf(entry.Pod, world.Now))),
            };
            return new(
                [.. live.Where(pod => !pod.IsDeleted())],
                [.. live.Where(pod => pod.IsDeleted())],
                succeeded,
                [.. failed.Where(entry => entry.Judgement.Action != FailureAction.Ignore).Select(entry => entry.Pod)],
                failed.FirstOrDefault(entry => entry.Judgement.Action == FailureAction.FailJob).Judgement.Message,
                history);
        }

        private static DateTimeOffset EndOf(V1Pod pod, DateTimeOffset now) =>
            (pod.Status?.ContainerStatuses ?? []).Max(status => status.State?.Terminated?.FinishedAt) is { } end ? new DateTimeOffset(end, TimeSpan.Zero) : now;
    }
}
