using GreenOps.Contract;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Sandbox.Tests.Cluster;

public sealed class PodTests : ClusterTest
{
    [Fact]
    public async Task A_pod_that_ends_well_succeeds_with_its_last_words()
    {
        await CreateAsync(ShellPod("words", "printf done > $GREENOPS_ROOT/dev/termination-log"));
        var pod = await UntilPodAsync("words", pod => pod.Status?.Phase == "Succeeded");
        var ended = pod.Status.ContainerStatuses.Single().State.Terminated;
        Assert.Equal((0, "Completed", "done"), (ended.ExitCode, ended.Reason, ended.Message));
        Assert.True(ended.FinishedAt >= ended.StartedAt);
    }

    [Fact]
    public async Task A_failed_container_says_the_end_of_its_log_when_asked_to()
    {
        var pod = ShellPod("talks", "echo reason >&2; exit 7");
        pod.Spec.Containers[0].TerminationMessagePolicy = "FallbackToLogsOnError";
        await CreateAsync(pod);
        var ended = (await UntilPodAsync("talks", seen => seen.Status?.Phase == "Failed")).Status.ContainerStatuses.Single().State.Terminated;
        Assert.Equal((7, "Error", "reason\n"), (ended.ExitCode, ended.Reason, ended.Message));
    }

    [Fact]
    public async Task A_termination_message_is_cut_at_four_kibibytes()
    {
        await CreateAsync(ShellPod("long", "head -c 9000 /dev/zero | tr '\\0' x > $GREENOPS_ROOT/dev/termination-log"));
        var pod = await UntilPodAsync("long", pod => pod.Status?.Phase == "Succeeded");
        Assert.Equal(StageReport.MaximumBytes, pod.Status.ContainerStatuses.Single().State.Terminated.Message.Length);
    }

    [Fact]
    public async Task The_environment_carries_fields_resources_and_keys_and_expands_in_arguments()
    {
        await Client.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "settings" }, Data = new Dictionary<string, string> { ["color"] = "green" } }, Space, cancellationToken: Cancelled);
        await Client.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret { Metadata = new V1ObjectMeta { Name = "hidden" }, Data = new Dictionary<string, byte[]> { ["token"] = "s3"u8.ToArray() } }, Space, cancellationToken: Cancelled);
        var pod = ShellPod("env", "");
        pod.Metadata.Labels = new Dictionary<string, string> { ["app"] = "x" };
        var container = pod.Spec.Containers[0];
        container.Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("1500m") } };
        container.Env =
        [
            new() { Name = "NAME", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.name" } } },
            new() { Name = "LABEL", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.labels['app']" } } },
            new() { Name = "CPU", ValueFrom = new() { ResourceFieldRef = new() { Resource = "limits.cpu", Divisor = new("1m") } } },
            new() { Name = "COLOR", ValueFrom = new() { ConfigMapKeyRef = new() { Name = "settings", Key = "color" } } },
            new() { Name = "TOKEN", ValueFrom = new() { SecretKeyRef = new() { Name = "hidden", Key = "token" } } },
            new() { Name = "ALL", Value = "$(NAME)/$(LABEL)/$(CPU)/$(COLOR)/$(TOKEN)/$$(NAME)/$(NONE)" },
        ];
        container.Args = ["-c", "printf %s '$(ALL)' > $GREENOPS_ROOT/dev/termination-log"];
        await CreateAsync(pod);
        var ended = await UntilPodAsync("env", seen => seen.Status?.Phase == "Succeeded");
        Assert.Equal("env/x/1500/green/s3/$(NAME)/$(NONE)", ended.Status.ContainerStatuses.Single().State.Terminated.Message);
    }

    [Fact]
    public async Task A_changed_config_map_reaches_the_mounted_file_in_one_step()
    {
        var map = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "routing" }, Data = new Dictionary<string, string> { ["a"] = "1", ["b"] = "1" } };
        await Client.CoreV1.CreateNamespacedConfigMapAsync(map, Space, cancellationToken: Cancelled);
        // Ends when both files are new; says so if it ever sees them differ through one resolved ..data.
        var pod = ShellPod("reader", """
            cd $GREENOPS_ROOT/etc/greenops
            until [ "$(cat a)" = 2 ]; do sleep 0.05; done
            cat a b > $GREENOPS_ROOT/dev/termination-log
            """);
        pod.Spec.Volumes = [new V1Volume { Name = "config", ConfigMap = new V1ConfigMapVolumeSource { Name = "routing" } }];
        pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "config", MountPath = "/etc/greenops" }];
        await CreateAsync(pod);
        await UntilPodAsync("reader", seen => seen.Status?.Phase == "Running");
        map.Data = new Dictionary<string, string> { ["a"] = "2", ["b"] = "2" };
        await Client.CoreV1.ReplaceNamespacedConfigMapAsync(map, "routing", Space, cancellationToken: Cancelled);
        var ended = await UntilPodAsync("reader", seen => seen.Status?.Phase == "Succeeded");
        Assert.Equal("22", ended.Status.ContainerStatuses.Single().State.Terminated.Message);
    }

    [Fact]
    public async Task Claims_outlive_the_pods_that_write_into_them()
    {
        await Client.CoreV1.CreateNamespacedPersistentVolumeClaimAsync(
            new V1PersistentVolumeClaim
            {
                Metadata = new V1ObjectMeta { Name = "store" },
                Spec = new V1PersistentVolumeClaimSpec
                {
                    AccessModes = ["ReadWriteOnce"],
                    Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new("1Gi") } },
                },
            }, Space, cancellationToken: Cancelled);
        await CreateAsync(WithClaim(ShellPod("writer", "echo kept > $GREENOPS_ROOT/artifacts/file")));
        await UntilPodAsync("writer", pod => pod.Status?.Phase == "Succeeded");
        await Client.CoreV1.DeleteNamespacedPodAsync("writer", Space, cancellationToken: Cancelled);
        await CreateAsync(WithClaim(ShellPod("reader", "cat $GREENOPS_ROOT/artifacts/file > $GREENOPS_ROOT/dev/termination-log")));
        var pod = await UntilPodAsync("reader", pod => pod.Status?.Phase == "Succeeded");
        Assert.Equal("kept\n", pod.Status.ContainerStatuses.Single().State.Terminated.Message);
        var claim = await Client.CoreV1.ReadNamespacedPersistentVolumeClaimAsync("store", Space, cancellationToken: Cancelled);
        Assert.Equal("Bound", claim.Status.Phase);
        Assert.Equal("Bound", (await Client.CoreV1.ReadPersistentVolumeAsync(claim.Spec.VolumeName, cancellationToken: Cancelled)).Status.Phase);
    }

    [Fact]
    public async Task An_unknown_image_waits_with_a_sentence_and_other_pods_go_on()
    {
        var pod = ShellPod("stranger", "true");
        pod.Spec.Containers[0].Image = "example.test/redis:7";
        await CreateAsync(pod);
        await CreateAsync(ShellPod("other", "true"));
        await UntilPodAsync("other", seen => seen.Status?.Phase == "Succeeded");
        var waiting = await UntilPodAsync("stranger", seen => seen.Status?.ContainerStatuses?.Single().State.Waiting?.Reason == "ImagePullBackOff");
        Assert.Equal("Pending", waiting.Status.Phase);
        Assert.Contains("example.test/redis:7", waiting.Status.ContainerStatuses.Single().State.Waiting.Message);
    }

    [Fact]
    public async Task A_pod_that_asks_for_a_missing_device_is_unschedulable()
    {
        var pod = ShellPod("gpu", "true");
        pod.Spec.Containers[0].Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["example.test/tpu"] = new("1") } };
        await CreateAsync(pod);
        var pending = await UntilPodAsync("gpu", seen => seen.Status?.Conditions?.Any(condition => condition.Reason == "Unschedulable") == true);
        Assert.Contains("Insufficient example.test/tpu", pending.Status.Conditions.Single().Message);
    }

    [Fact]
    public async Task A_crashing_container_is_restarted_and_its_former_end_stays_visible()
    {
        await CreateAsync(ShellPod("crash", "exit 3", "Always"));
        var pod = await UntilPodAsync("crash", pod => pod.Status?.ContainerStatuses?.Single().RestartCount >= 3);
        Assert.Equal(3, pod.Status.ContainerStatuses.Single().LastState.Terminated.ExitCode);
        Assert.Equal("Running", pod.Status.Phase);
    }

    [Fact]
    public async Task A_failing_liveness_probe_restarts_the_container()
    {
        var pod = ShellPod("sick", "exec sleep 1000", "Always");
        pod.Spec.Containers[0].LivenessProbe = new V1Probe { TcpSocket = new V1TCPSocketAction { Port = 8080 }, PeriodSeconds = 1, FailureThreshold = 1 };
        await CreateAsync(pod);
        var seen = await UntilPodAsync("sick", seen => seen.Status?.ContainerStatuses?.Single().RestartCount >= 1);
        Assert.Equal(143, seen.Status.ContainerStatuses.Single().LastState.Terminated.ExitCode);
    }

    [Fact]
    public async Task Deletion_lets_the_container_clean_up_and_keeps_its_last_status_until_then()
    {
        var trace = Path.Join(Folder, "trace");
        await CreateAsync(ShellPod("polite", $"trap 'echo cleaned > {trace}; exit 0' TERM; touch {Trapped}; while :; do sleep 0.05; done"));
        await UntilTrappedAsync();
        await Client.CoreV1.DeleteNamespacedPodAsync("polite", Space, cancellationToken: Cancelled);
        await UntilPodsAsync("", pods => pods.Count == 0);
        Assert.Equal("cleaned\n", await File.ReadAllTextAsync(trace, Cancelled));
    }

    [Fact]
    public async Task A_container_that_ignores_the_signal_is_killed_when_its_grace_is_over()
    {
        var pod = ShellPod("stubborn", $"trap '' TERM; touch {Trapped}; while :; do sleep 0.05; done");
        pod.Spec.TerminationGracePeriodSeconds = 1;
        await CreateAsync(pod);
        await UntilTrappedAsync();
        await Client.CoreV1.DeleteNamespacedPodAsync("stubborn", Space, cancellationToken: Cancelled);
        await UntilPodsAsync("", pods => pods.Count == 0);
    }

    [Fact]
    public async Task Deletion_without_grace_kills_at_once()
    {
        var pod = await CreateAsync(ShellPod("doomed", "trap '' TERM; while :; do sleep 0.05; done"));
        pod = await UntilPodAsync("doomed", seen => seen.Status?.Phase == "Running");
        var process = ProcessOf(pod);
        await Client.CoreV1.DeleteNamespacedPodAsync("doomed", Space, new V1DeleteOptions { GracePeriodSeconds = 0 }, cancellationToken: Cancelled);
        await UntilAsync(() => Task.FromResult(IsAlive(process)), alive => !alive);
    }

    [Fact]
    public async Task No_process_outlives_the_cluster()
    {
        // The grandchild ignores the signal and the shell does not wait for it.
        await CreateAsync(ShellPod("parent", "(trap '' TERM; while :; do sleep 0.05; done) & echo $! > $GREENOPS_ROOT/tmp/child; exec sleep 1000"));
        var pod = await UntilPodAsync("parent", seen => seen.Status?.Phase == "Running");
        var file = Path.Join(Folder, "pods", pod.Metadata.Uid, "main", "root", "tmp", "child");
        var child = await UntilAsync(
            () => Task.FromResult(File.Exists(file) && int.TryParse(File.ReadAllText(file), out var id) ? id : 0), id => id > 0);
        var parent = ProcessOf(pod);
        Assert.True(IsAlive(parent) && IsAlive(child));
        await Cluster.DisposeAsync();
        Assert.False(IsAlive(parent));
        await UntilAsync(() => Task.FromResult(IsAlive(child)), alive => !alive);
    }

    [Fact]
    public async Task Logs_are_served_whole_by_tail_and_of_the_previous_run()
    {
        await CreateAsync(ShellPod("chatty", "echo one; echo two; echo three"));
        await UntilPodAsync("chatty", pod => pod.Status?.Phase == "Succeeded");
        Assert.Equal("one\ntwo\nthree\n", await LogAsync("chatty"));
        Assert.Equal("two\nthree\n", await LogAsync("chatty", tailLines: 2));
        await CreateAsync(ShellPod("twice", "echo $$; exit 1", "Always"));
        await UntilPodAsync("twice", pod => pod.Status?.ContainerStatuses?.Single().RestartCount >= 1);
        Assert.NotEmpty(await LogAsync("twice", previous: true));
    }

    [Fact]
    public async Task A_followed_log_ends_with_the_container()
    {
        await CreateAsync(ShellPod("slow", "echo begin; until [ -f $GREENOPS_ROOT/tmp/go ]; do sleep 0.05; done; echo end"));
        var pod = await UntilPodAsync("slow", seen => seen.Status?.Phase == "Running");
        using var stream = await Client.CoreV1.ReadNamespacedPodLogAsync("slow", Space, follow: true, cancellationToken: Cancelled);
        using var reader = new StreamReader(stream);
        Assert.Equal("begin", await reader.ReadLineAsync(Cancelled));
        await File.WriteAllTextAsync(Path.Join(Folder, "pods", pod.Metadata.Uid, "main", "root", "tmp", "go"), "", Cancelled);
        Assert.Equal("end", await reader.ReadLineAsync(Cancelled));
        Assert.Null(await reader.ReadLineAsync(Cancelled));
    }

    private static V1Pod WithClaim(V1Pod pod)
    {
        pod.Spec.Volumes = [new V1Volume { Name = "store", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "store" } }];
        pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "store", MountPath = ContainerPaths.Store }];
        return pod;
    }

    private static int ProcessOf(V1Pod pod) =>
        int.Parse(pod.Status.ContainerStatuses.Single().ContainerID.Split("//")[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the process runs; one that only waits to be collected does not.</summary>
    private static bool IsAlive(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<string> LogAsync(string pod, int? tailLines = null, bool? previous = null)
    {
        using var stream = await Client.CoreV1.ReadNamespacedPodLogAsync(pod, Space, tailLines: tailLines, previous: previous, cancellationToken: Cancelled);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancelled);
    }
}
