using System.Collections.Concurrent;
using GreenOps.Hosting;
using k8s;
using k8s.Models;

namespace GreenOps.Sandbox.Cluster.Controllers;

/// <summary>
/// Runs Jobs. A pod carries a finalizer until its end is counted in the Job's status, so that no end is counted twice or
/// missed, as in Kubernetes.
/// </summary>
internal sealed class JobController(IKubernetes client, IEventPublisher events, ClusterOptions options) : IEntityController<V1Job>
{
    private const string TrackingFinalizer = "batch.kubernetes.io/job-tracking";
    private const string UidLabel = "batch.kubernetes.io/controller-uid";

    private readonly ConcurrentDictionary<string, JobHistory> histories = new();

    public Task<ReconciliationResult<V1Job>> ReconcileAsync(V1Job entity, CancellationToken cancellationToken) =>
        Latest.ReconcileAsync(entity, () => LookAsync(entity, cancellationToken));

    public async Task<ReconciliationResult<V1Job>> DeletedAsync(V1Job entity, CancellationToken cancellationToken)
    {
        histories.TryRemove(entity.Metadata.Uid, out _);
        foreach (var pod in await Pods.OwnedAsync(client, entity, cancellationToken))
            await ReleaseAsync(pod, cancellationToken);
        return ReconciliationResult<V1Job>.Success(entity);
    }

    private async Task<TimeSpan?> LookAsync(V1Job entity, CancellationToken cancellationToken)
    {
        var job = await client.BatchV1.ReadNamespacedJobAsync(entity.Metadata.Name, entity.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        (job.ApiVersion, job.Kind) = ("batch/v1", "Job");
        var pods = await Pods.OwnedAsync(client, job, cancellationToken);
        if (job.Metadata.DeletionTimestamp is not null)
        {
            foreach (var pod in pods)
                await ReleaseAsync(pod, cancellationToken);
            return null;
        }
        var ended = pods.Where(pod => IsTracked(pod) && HasEnded(job, pod)).ToList();
        var history = histories.GetValueOrDefault(job.Metadata.Uid, JobHistory.None);
        var plan = JobPlan.Make(new JobWorld(job, pods, ended, history, options.TimeProvider.GetUtcNow(), options.RetryBackoff));
        foreach (var pod in plan.Delete)
        {
            // Released first: what the controller itself ends is no failure of the Job.
            await ReleaseAsync(pod, cancellationToken);
            await Pods.DeleteAsync(client, pod, cancellationToken);
        }
        foreach (var index in plan.Create)
            await CreateAsync(job, index, cancellationToken);
        await WriteStatusAsync(job, plan.Status, cancellationToken);
        histories[job.Metadata.Uid] = plan.History;
        foreach (var pod in ended)
            await ReleaseAsync(pod, cancellationToken);
        if (plan.Event is { } happened)
            await events.PublishAsync(job, happened.Type, happened.Reason, happened.Message, cancellationToken);
        return plan.LookAgainAfter;
    }

    // A pod that somebody deletes counts as failed at once, unless the Job waits for the way its pods end.
    private static bool HasEnded(V1Job job, V1Pod pod) =>
        pod.IsTerminal() || (pod.IsDeleted() && job.Spec.PodFailurePolicy is null && job.Spec.PodReplacementPolicy != "Failed");

    private static bool IsTracked(V1Pod pod) => pod.Metadata.Finalizers?.Contains(TrackingFinalizer) == true;

    private async Task CreateAsync(V1Job job, int? index, CancellationToken cancellationToken)
    {
        var pod = Pods.FromTemplate(job, job.Spec.Template);
        pod.Metadata.Finalizers = [TrackingFinalizer];
        pod.Metadata.Labels[UidLabel] = pod.Metadata.Labels["controller-uid"] = job.Metadata.Uid;
        pod.Metadata.Labels["batch.kubernetes.io/job-name"] = pod.Metadata.Labels["job-name"] = job.Metadata.Name;
        if (index is { } number)
        {
            pod.Metadata.GenerateName = $"{job.Metadata.Name}-{number}-";
            pod.Metadata.Labels[JobPlan.IndexAnnotation] = pod.Metadata.Annotations[JobPlan.IndexAnnotation] = $"{number}";
            pod.Spec.Hostname ??= $"{job.Metadata.Name}-{number}";
            foreach (var container in pod.Spec.Containers)
                container.Env = [.. container.Env ?? [], new V1EnvVar { Name = "JOB_COMPLETION_INDEX", Value = $"{number}" }];
        }
        var created = await client.CoreV1.CreateNamespacedPodAsync(pod, job.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        await events.PublishAsync(job, "Normal", "SuccessfulCreate", $"Created pod: {created.Metadata.Name}", cancellationToken);
    }

    private async Task WriteStatusAsync(V1Job job, V1JobStatus status, CancellationToken cancellationToken)
    {
        if (KubernetesJson.Serialize(status) == KubernetesJson.Serialize(job.Status ?? new V1JobStatus()))
            return;
        job.Status = status;
        await client.BatchV1.ReplaceNamespacedJobStatusAsync(job, job.Metadata.Name, job.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
    }

    private async Task ReleaseAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        if (!IsTracked(pod))
            return;
        var kept = pod.Metadata.Finalizers.Where(finalizer => finalizer != TrackingFinalizer).ToList();
        await ApiPatch.PodAsync(client, pod, new { metadata = new { finalizers = kept } }, cancellationToken);
    }
}
