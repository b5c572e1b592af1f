using GreenOps.Contract;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Sandbox.Tests.Cluster;

public sealed class JobTests : ClusterTest
{
    [Fact]
    public async Task A_job_completes_when_enough_pods_succeeded()
    {
        await CreateAsync("three", "true", spec => (spec.Completions, spec.Parallelism) = (3, 2));
        var job = await UntilJobAsync("three", job => Has(job, "Complete"));
        Assert.True(Has(job, "SuccessCriteriaMet"));
        Assert.Equal((3, 0, 0), (job.Status.Succeeded, job.Status.Failed ?? 0, job.Status.Active ?? 0));
        Assert.NotNull(job.Status.CompletionTime);
    }

    [Fact]
    public async Task A_job_fails_after_its_back_off_limit()
    {
        await CreateAsync("never", "exit 1", spec => spec.BackoffLimit = 2);
        var job = await UntilJobAsync("never", job => Has(job, "Failed"));
        Assert.Equal(3, job.Status.Failed);
        Assert.Equal("BackoffLimitExceeded", job.Status.Conditions.Single(condition => condition.Type == "Failed").Reason);
        Assert.True(Has(job, "FailureTarget"));
    }

    [Fact]
    public async Task Exit_codes_decide_by_the_pod_failure_policy()
    {
        await CreateAsync("bad", $"exit {ExitCodes.BadInput}", spec => spec.PodFailurePolicy = Policy);
        var job = await UntilJobAsync("bad", job => Has(job, "Failed"));
        var failed = job.Status.Conditions.Single(condition => condition.Type == "Failed");
        Assert.Equal("PodFailurePolicy", failed.Reason);
        Assert.Contains("failed with exit code 64 matching FailJob rule at index 0", failed.Message);
        Assert.Equal(1, job.Status.Failed);
    }

    [Fact]
    public async Task Ignored_failures_are_retried_without_counting()
    {
        var marks = Path.Join(Folder, "marks");
        await CreateAsync("again", $"echo x >> {marks}; [ $(wc -l < {marks}) -ge 3 ] || exit {ExitCodes.Interrupted}", spec =>
        {
            spec.PodFailurePolicy = Policy;
            spec.BackoffLimit = 0;
        });
        var job = await UntilJobAsync("again", job => Has(job, "Complete"));
        Assert.Equal(0, job.Status.Failed ?? 0);
        Assert.Equal(3, (await File.ReadAllLinesAsync(marks, Cancelled)).Length);
    }

    [Fact]
    public async Task Suspension_ends_the_pods_gracefully_and_resumption_starts_new_ones()
    {
        var trace = Path.Join(Folder, "trace");
        await CreateAsync("pausing", $"[ -f {trace} ] && exit 0; trap 'echo checkpoint >> {trace}; exit 75' TERM; touch {Trapped}; while :; do sleep 0.05; done", spec =>
        {
            spec.PodFailurePolicy = Policy;
            spec.BackoffLimit = 0;
        });
        await UntilTrappedAsync();
        await SuspendAsync("pausing", true);
        var suspended = await UntilJobAsync("pausing", job => Has(job, "Suspended"));
        Assert.Equal("JobSuspended", suspended.Status.Conditions.Single(condition => condition.Type == "Suspended").Reason);
        Assert.Null(suspended.Status.StartTime);
        await UntilPodsAsync("job-name=pausing", pods => pods.Count == 0);
        Assert.Equal("checkpoint\n", await File.ReadAllTextAsync(trace, Cancelled));
        await SuspendAsync("pausing", false);
        var job = await UntilJobAsync("pausing", job => Has(job, "Complete"));
        Assert.Equal((1, 0), (job.Status.Succeeded, job.Status.Failed ?? 0));
        Assert.Equal("JobResumed", job.Status.Conditions.Single(condition => condition.Type == "Suspended").Reason);
    }

    [Fact]
    public async Task A_suspended_job_starts_nothing()
    {
        await CreateAsync("waiting", "true", spec => spec.Suspend = true);
        await UntilJobAsync("waiting", job => Has(job, "Suspended"));
        Assert.Empty(await PodsAsync("job-name=waiting"));
    }

    [Fact]
    public async Task Each_index_succeeds_once()
    {
        var marks = Path.Join(Folder, "marks");
        await CreateAsync("indexed", $"echo $JOB_COMPLETION_INDEX >> {marks}", spec =>
        {
            spec.CompletionMode = "Indexed";
            (spec.Completions, spec.Parallelism) = (4, 2);
        });
        var job = await UntilJobAsync("indexed", job => Has(job, "Complete"));
        Assert.Equal("0-3", job.Status.CompletedIndexes);
        Assert.Equal(["0", "1", "2", "3"], (await File.ReadAllLinesAsync(marks, Cancelled)).Order());
    }

    [Fact]
    public async Task Deleting_a_job_takes_its_pods_along()
    {
        await CreateAsync("owner", "exec sleep 1000");
        await UntilPodsAsync("job-name=owner", pods => pods.Any(pod => pod.Status?.Phase == "Running"));
        await Client.BatchV1.DeleteNamespacedJobAsync("owner", Space, new V1DeleteOptions { PropagationPolicy = "Background" }, cancellationToken: Cancelled);
        await UntilPodsAsync("job-name=owner", pods => pods.Count == 0);
    }

    private static V1PodFailurePolicy Policy => new()
    {
        Rules =
        [
            new() { Action = "FailJob", OnExitCodes = new() { ContainerName = "main", OperatorProperty = "In", Values = [ExitCodes.BadInput] } },
            new() { Action = "Ignore", OnExitCodes = new() { ContainerName = "main", OperatorProperty = "In", Values = [ExitCodes.Interrupted] } },
            new() { Action = "Ignore", OnPodConditions = [new() { Type = "DisruptionTarget", Status = "True" }] },
        ],
    };

    private Task<V1Job> CreateAsync(string name, string script, Action<V1JobSpec>? configure = null)
    {
        var spec = new V1JobSpec { Template = new V1PodTemplateSpec { Spec = Shell(script) } };
        configure?.Invoke(spec);
        return Client.BatchV1.CreateNamespacedJobAsync(
            new V1Job { Metadata = new V1ObjectMeta { Name = name }, Spec = spec }, Space, cancellationToken: Cancelled);
    }

    private Task<V1Job> SuspendAsync(string name, bool suspend) => Client.BatchV1.PatchNamespacedJobAsync(
        new V1Patch(KubernetesJson.Serialize(new { spec = new { suspend } }), V1Patch.PatchType.MergePatch), name, Space, cancellationToken: Cancelled);
}
