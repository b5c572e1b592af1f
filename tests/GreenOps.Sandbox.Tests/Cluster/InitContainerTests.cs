using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Sandbox.Tests.Cluster;

/// <summary>Init containers and the volumes that they share with those after them.</summary>
public sealed class InitContainerTests : ClusterTest
{
    private const string Image = "registry.test:5000/sandbox/sh:1";

    [Fact]
    public async Task They_run_one_after_another_before_the_rest_and_share_an_empty_dir()
    {
        var pod = ShellPod("ordered", "cat $GREENOPS_ROOT/workspace/* > $GREENOPS_ROOT/dev/termination-log");
        pod.Spec.Volumes = [new V1Volume { Name = "workspace", EmptyDir = new V1EmptyDirVolumeSource() }];
        pod.Spec.InitContainers =
        [
            Init("first", "printf 1 > $GREENOPS_ROOT/workspace/a", Mount("workspace", "/workspace")),
            Init("second", "test -f $GREENOPS_ROOT/workspace/a && printf 2 > $GREENOPS_ROOT/workspace/b", Mount("workspace", "/workspace")),
        ];
        pod.Spec.Containers[0].VolumeMounts = [Mount("workspace", "/workspace")];
        await CreateAsync(pod);

        var ended = await UntilPodAsync("ordered", seen => seen.Status?.Phase == "Succeeded");
        Assert.Equal("12", ended.Status.ContainerStatuses.Single().State.Terminated.Message);
        Assert.Equal([("first", 0), ("second", 0)], ended.Status.InitContainerStatuses.Select(status => (status.Name, status.State.Terminated.ExitCode)));
    }

    [Fact]
    public async Task A_mount_inside_another_is_found_by_every_container()
    {
        var pod = ShellPod("nested", "cat $GREENOPS_ROOT/workspace/output/model > $GREENOPS_ROOT/dev/termination-log");
        pod.Spec.Volumes =
        [
            new V1Volume { Name = "workspace", EmptyDir = new V1EmptyDirVolumeSource() },
            new V1Volume { Name = "output", EmptyDir = new V1EmptyDirVolumeSource() },
        ];
        V1VolumeMount[] both = [Mount("workspace", "/workspace"), Mount("output", "/workspace/output")];
        pod.Spec.InitContainers =
        [
            Init("stamp", "printf now > $GREENOPS_ROOT/workspace/started", both[0]),
            Init("custom", "test -f $GREENOPS_ROOT/workspace/started && printf onnx > $GREENOPS_ROOT/workspace/output/model", both),
        ];
        pod.Spec.Containers[0].VolumeMounts = both;
        await CreateAsync(pod);

        var ended = await UntilPodAsync("nested", seen => seen.Status?.Phase == "Succeeded");
        Assert.Equal("onnx", ended.Status.ContainerStatuses.Single().State.Terminated.Message);
    }

    [Fact]
    public async Task A_sub_path_of_a_claim_outlives_the_pod()
    {
        await Client.CoreV1.CreateNamespacedPersistentVolumeClaimAsync(
            new V1PersistentVolumeClaim
            {
                Metadata = new V1ObjectMeta { Name = "store" },
                Spec = new V1PersistentVolumeClaimSpec
                {
                    AccessModes = ["ReadWriteOnce"],
                    Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new("1Mi") } },
                },
            },
            Space,
            cancellationToken: Cancelled);
        await CreateAsync(WithCheckpoint(ShellPod("writer", "printf 7 > $GREENOPS_ROOT/checkpoint/epoch")));
        await UntilPodAsync("writer", seen => seen.Status?.Phase == "Succeeded");
        await CreateAsync(WithCheckpoint(ShellPod("reader", "cat $GREENOPS_ROOT/checkpoint/epoch > $GREENOPS_ROOT/dev/termination-log")));

        var ended = await UntilPodAsync("reader", seen => seen.Status?.Phase == "Succeeded");
        Assert.Equal("7", ended.Status.ContainerStatuses.Single().State.Terminated.Message);
        Assert.True(File.Exists(Path.Join(Folder, "claims", Space, "store", "model", ".checkpoint", "epoch")));
    }

    [Fact]
    public async Task One_that_fails_ends_the_pod_with_its_last_words_and_the_rest_never_starts()
    {
        var pod = ShellPod("broken", "echo never");
        pod.Spec.InitContainers = [Init("custom", "echo no labels >&2; exit 3")];
        pod.Spec.InitContainers[0].TerminationMessagePolicy = "FallbackToLogsOnError";
        await CreateAsync(pod);

        var failed = await UntilPodAsync("broken", seen => seen.Status?.Phase == "Failed");
        var ended = failed.Status.InitContainerStatuses.Single().State.Terminated;
        Assert.Equal((3, "no labels\n"), (ended.ExitCode, ended.Message));
        Assert.NotNull(failed.Status.ContainerStatuses.Single().State.Waiting);
    }

    [Fact]
    public async Task Its_exit_code_decides_what_becomes_of_the_job()
    {
        var template = Shell("echo never");
        template.InitContainers = [Init("custom", "exit 64")];
        await Client.BatchV1.CreateNamespacedJobAsync(
            new V1Job
            {
                Metadata = new V1ObjectMeta { Name = "job" },
                Spec = new V1JobSpec
                {
                    BackoffLimit = 100,
                    PodFailurePolicy = new V1PodFailurePolicy
                    {
                        Rules =
                        [
                            new V1PodFailurePolicyRule
                            {
                                Action = "FailJob",
                                OnExitCodes = new V1PodFailurePolicyOnExitCodesRequirement { ContainerName = "custom", OperatorProperty = "In", Values = [64] },
                            },
                        ],
                    },
                    Template = new V1PodTemplateSpec { Spec = template },
                },
            },
            Space,
            cancellationToken: Cancelled);

        var job = await UntilJobAsync("job", seen => Has(seen, "Failed"));
        Assert.Equal("PodFailurePolicy", job.Status.Conditions.Single(condition => condition.Type == "Failed").Reason);
        Assert.Single(await PodsAsync("batch.kubernetes.io/job-name=job"));
    }

    [Fact]
    public async Task A_secret_becomes_the_environment_of_one_container()
    {
        await Client.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret { Metadata = new V1ObjectMeta { Name = "hub" }, Data = new Dictionary<string, byte[]> { ["AWS_ACCESS_KEY_ID"] = "AK"u8.ToArray() } },
            Space,
            cancellationToken: Cancelled);
        var pod = ShellPod("secret", "printf \"<$AWS_ACCESS_KEY_ID>\" > $GREENOPS_ROOT/dev/termination-log");
        pod.Spec.InitContainers = [Init("other", "test -z \"$AWS_ACCESS_KEY_ID\"")];
        pod.Spec.Containers[0].EnvFrom = [new V1EnvFromSource { SecretRef = new V1SecretEnvSource { Name = "hub" } }];
        await CreateAsync(pod);

        var ended = await UntilPodAsync("secret", seen => seen.Status?.Phase == "Succeeded");
        Assert.Equal("<AK>", ended.Status.ContainerStatuses.Single().State.Terminated.Message);
    }

    private static V1Pod WithCheckpoint(V1Pod pod)
    {
        pod.Spec.Volumes = [new V1Volume { Name = "store", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "store" } }];
        pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "store", MountPath = "/checkpoint", SubPath = "model/.checkpoint" }];
        return pod;
    }

    private static V1Container Init(string name, string script, params IList<V1VolumeMount> mounts) =>
        new() { Name = name, Image = Image, Args = ["-c", script], VolumeMounts = mounts };

    private static V1VolumeMount Mount(string name, string path) => new() { Name = name, MountPath = path };
}
