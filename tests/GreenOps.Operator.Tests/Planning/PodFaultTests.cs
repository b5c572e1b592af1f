using GreenOps.Operator.Planning;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>One row per fault of a pod: what the kubelet or the scheduler says, and what a person reads.</summary>
public sealed class PodFaultTests
{
    public static TheoryData<string, string, string> Waiting => new()
    {
        { "ErrImagePull", "pull access denied", "ImagePullBackOff|pull access denied. Check the image name and the pull secret." },
        { "ImagePullBackOff", "Back-off pulling image \"trainer:1\"", "ImagePullBackOff|Back-off pulling image \"trainer:1\". Check the image name and the pull secret." },
        { "ErrImageNeverPull", "image is not present", "ErrImageNeverPull|image is not present. Check the image name and the pull policy." },
        { "InvalidImageName", "couldn't parse image", "InvalidImageName|couldn't parse image. Check the image name and the pull policy." },
        { "CreateContainerConfigError", "container has runAsNonRoot and image will run as root", "ImageRunsAsRoot|Give image trainer:1 a numeric USER that is not 0." },
        { "CreateContainerConfigError", "secret \"s3\" not found", "CreateContainerConfigError|secret \"s3\" not found. kubectl describe pod p says more." },
        { "CreateContainerError", "no such file", "CreateContainerError|no such file. kubectl describe pod p says more." },
        { "CrashLoopBackOff", "back-off 10s restarting", "CrashLoopBackOff|Look at kubectl logs -p p." },
    };

    [Theory]
    [MemberData(nameof(Waiting))]
    public void A_container_that_cannot_start_says_why(string waiting, string said, string expected) => AssertFault(
        expected,
        Pod(new V1PodStatus { Phase = "Pending", ContainerStatuses = [Container(new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = waiting, Message = said } })] }));

    [Fact]
    public void An_init_container_that_cannot_start_says_why_too() => AssertFault(
        "ImagePullBackOff|denied",
        Pod(new V1PodStatus { InitContainerStatuses = [Container(new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "ErrImagePull", Message = "denied" } })] }));

    public static TheoryData<string, string, string?, string> Scheduling => new()
    {
        { "0/3 nodes are available: 3 Insufficient cpu.", "Unschedulable", null, "Pod p finds no node: 0/3 nodes are available: 3 Insufficient cpu. Free or add room" },
        { "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.", "NoNodeWithDevice", null, "Pod p asks for nvidia.com/gpu: 1 and finds no node that has it free" },
        { "pod has unbound immediate PersistentVolumeClaims.", "ClaimNotBound", "slow", "Claim fashion-artifacts of storage class slow is not bound: kubectl describe pvc fashion-artifacts says why" },
        { "pod has unbound immediate PersistentVolumeClaims.", "ClaimNotBound", "", "Claim fashion-artifacts of the cluster's default storage class is not bound" },
        { "persistentvolumeclaim \"datasets\" not found", "ClaimNotBound", null, "persistentvolumeclaim \"datasets\" not found. Check claim datasets: kubectl describe pvc datasets" },
        { "persistentvolumeclaim \"datasets\" not found", "ClaimNotBound", "slow", "persistentvolumeclaim \"datasets\" not found. Check claim datasets: kubectl describe pvc datasets" },
        { "persistentvolumeclaim \"fashion-artifacts\" is being deleted", "ClaimNotBound", "slow", "Claim fashion-artifacts of storage class slow is not bound" },
        { "pod has unbound immediate PersistentVolumeClaims.", "ClaimNotBound", null, "Check the claims it uses: datasets." },
    };

    [Theory]
    [MemberData(nameof(Scheduling))]
    public void A_pod_without_a_node_says_why(string said, string reason, string? unboundOfClass, string expected)
    {
        var claim = new V1PersistentVolumeClaim
        {
            Metadata = new V1ObjectMeta { Name = "fashion-artifacts" },
            Spec = new V1PersistentVolumeClaimSpec { StorageClassName = unboundOfClass is "" ? null : unboundOfClass },
            Status = new V1PersistentVolumeClaimStatus { Phase = unboundOfClass is null ? "Bound" : "Pending" },
        };
        AssertFault($"{reason}|{expected}", Pod(new V1PodStatus
        {
            Phase = "Pending",
            Conditions = [new V1PodCondition { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = said }],
        }), claim);
    }

    [Fact]
    public void A_pod_that_ran_out_of_memory_names_the_limit() => AssertFault(
        "OutOfMemory|used more memory than its limit of 1Gi; raise limits.memory, or lower training.batchSize",
        Pod(new V1PodStatus { Phase = "Failed", ContainerStatuses = [Container(new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = 137, Reason = "OOMKilled" } })] }));

    [Fact]
    public void A_pod_that_was_evicted_says_what_its_node_ran_short_of() => AssertFault(
        "Evicted|was evicted: The node was low on resource: memory. Ask for what it needs in resources.requests.",
        Pod(new V1PodStatus { Phase = "Failed", Reason = "Evicted", Message = "The node was low on resource: memory." }));

    [Theory]
    [InlineData("Pending")]
    [InlineData("Running")]
    [InlineData("Succeeded")]
    public void A_pod_on_its_way_has_no_fault(string phase) => Assert.Null(PodFaults.Of(
        Pod(new V1PodStatus { Phase = phase, ContainerStatuses = [Container(new V1ContainerState { Waiting = phase == "Pending" ? new V1ContainerStateWaiting { Reason = "ContainerCreating" } : null })] }), null));

    private static void AssertFault(string expected, V1Pod pod, V1PersistentVolumeClaim? claim = null)
    {
        var fault = PodFaults.Of(pod, claim)!;
        var (reason, message) = expected.Split('|', 2) is [var first, var second] ? (first, second) : default;

        Assert.Equal(reason, fault.Reason);
        Assert.Contains(message, fault.Message);
        Assert.Matches(@"^Pod p .*\.$", fault.Message);
        Assert.DoesNotContain("..", fault.Message);
    }

    private static V1ContainerStatus Container(V1ContainerState state) => new() { Name = "trainer", Image = "trainer:1", State = state };

    private static V1Pod Pod(V1PodStatus status) => new()
    {
        Metadata = new V1ObjectMeta { Name = "p" },
        Spec = new V1PodSpec
        {
            Volumes =
            [
                new V1Volume { Name = "artifacts", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "fashion-artifacts" } },
                new V1Volume { Name = "dataset", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "datasets" } },
            ],
            Containers =
            [
                new V1Container
                {
                    Name = "trainer",
                    Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["nvidia.com/gpu"] = new("1"), ["memory"] = new("1Gi") } },
                },
            ],
        },
        Status = status,
    };
}
