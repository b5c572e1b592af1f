using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>One row per reason of every condition: how it comes about, and what it says.</summary>
public sealed class ReasonTests
{
    public static TheoryData<string, string, string, ModelPhase, string> Rows => new()
    {
        { ConditionTypes.Ready, "Training", ConditionStatus.False, ModelPhase.Training, "fresh" },
        { ConditionTypes.Ready, "CleanerLater", ConditionStatus.False, ModelPhase.Deferred, "deferred" },
        { ConditionTypes.Ready, StageReasons.StoreUnavailable, ConditionStatus.False, ModelPhase.Training, "training fails" },
        { ConditionTypes.Ready, StageReasons.DatasetMissing, ConditionStatus.False, ModelPhase.Failed, "training failed" },
        { ConditionTypes.Ready, "Compressing", ConditionStatus.False, ModelPhase.Compressing, "trained" },
        { ConditionTypes.Ready, "NoVariantAccepted", ConditionStatus.False, ModelPhase.Failed, "rejected" },
        { ConditionTypes.Ready, "ServerNotReady", ConditionStatus.False, ModelPhase.Compressing, "settled" },
        { ConditionTypes.Ready, "ServerNotReady", ConditionStatus.False, ModelPhase.Serving, "rolling out" },
        { ConditionTypes.Ready, "LoadingVariants", ConditionStatus.False, ModelPhase.Compressing, "loading" },
        { ConditionTypes.Ready, "VariantRefused", ConditionStatus.False, ModelPhase.Degraded, "variant refused" },
        { ConditionTypes.Ready, "VariantFailed", ConditionStatus.False, ModelPhase.Degraded, "variant failed" },
        { ConditionTypes.Ready, "Serving", ConditionStatus.True, ModelPhase.Serving, "serving" },
        { ConditionTypes.Ready, "Suspended", ConditionStatus.False, ModelPhase.Suspended, "suspended" },
        { ConditionTypes.Ready, "NameTaken", ConditionStatus.False, ModelPhase.Failed, "name taken" },
        { ConditionTypes.Ready, "ImagePullBackOff", ConditionStatus.False, ModelPhase.Compressing, "server image missing" },
        { ConditionTypes.Ready, "QuotaExceeded", ConditionStatus.False, ModelPhase.Compressing, "server over quota" },
        { ConditionTypes.Ready, StageReasons.ChecksumMismatch, ConditionStatus.False, ModelPhase.Failed, "checksum wrong" },
        { ConditionTypes.Trained, "Training", ConditionStatus.False, ModelPhase.Training, "fresh" },
        { ConditionTypes.Trained, "CleanerLater", ConditionStatus.False, ModelPhase.Deferred, "deferred" },
        { ConditionTypes.Trained, StageReasons.StoreUnavailable, ConditionStatus.False, ModelPhase.Training, "training fails" },
        { ConditionTypes.Trained, StageReasons.DatasetMissing, ConditionStatus.False, ModelPhase.Failed, "training failed" },
        { ConditionTypes.Trained, StageReasons.Completed, ConditionStatus.True, ModelPhase.Compressing, "trained" },
        { ConditionTypes.Trained, "Suspended", ConditionStatus.False, ModelPhase.Suspended, "suspended" },
        { ConditionTypes.Trained, "NameTaken", ConditionStatus.False, ModelPhase.Failed, "name taken" },
        { ConditionTypes.Compressed, "Suspended", ConditionStatus.False, ModelPhase.Suspended, "compression suspended" },
        { ConditionTypes.Compressed, "WaitingForTraining", ConditionStatus.False, ModelPhase.Training, "fresh" },
        { ConditionTypes.Compressed, "Compressing", ConditionStatus.False, ModelPhase.Compressing, "trained" },
        { ConditionTypes.Compressed, StageReasons.InvalidSpec, ConditionStatus.False, ModelPhase.Degraded, "variant failed" },
        { ConditionTypes.Compressed, "Completed", ConditionStatus.True, ModelPhase.Serving, "serving" },
        { ConditionTypes.Serving, "NothingToServe", ConditionStatus.False, ModelPhase.Training, "fresh" },
        { ConditionTypes.Serving, "NoReplicaReady", ConditionStatus.False, ModelPhase.Compressing, "settled" },
        { ConditionTypes.Serving, "ReplicasReady", ConditionStatus.True, ModelPhase.Serving, "serving" },
        { ConditionTypes.CarbonDataFresh, "ZoneNotFound", ConditionStatus.False, ModelPhase.Training, "no zone" },
        { ConditionTypes.CarbonDataFresh, "NoData", ConditionStatus.False, ModelPhase.Training, "empty zone" },
        { ConditionTypes.CarbonDataFresh, "Stale", ConditionStatus.False, ModelPhase.Training, "stale zone" },
        { ConditionTypes.CarbonDataFresh, "Fresh", ConditionStatus.True, ModelPhase.Training, "fresh" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_reason_has_its_state(string type, string reason, string status, ModelPhase phase, string state)
    {
        var world = In(state);
        var condition = world.Condition(type);

        Assert.Equal((reason, status, phase), (condition.Reason, condition.Status, world.Status.Phase));
        Assert.Matches("^[A-Z][A-Za-z]*$", condition.Reason);
        Assert.Matches(@"^[A-Z0-9].*\.$", condition.Message);
    }

    public static TheoryData<string, string> Health => new()
    {
        { "fresh", Kstatus.InProgress },
        { "deferred", Kstatus.InProgress },
        { "suspended", Kstatus.InProgress },
        { "compression suspended", Kstatus.InProgress },
        { "training fails", Kstatus.InProgress },
        { "training failed", Kstatus.Failed },
        { "checksum wrong", Kstatus.Failed },
        { "name taken", Kstatus.Failed },
        { "trained", Kstatus.InProgress },
        { "rejected", Kstatus.Failed },
        { "settled", Kstatus.InProgress },
        { "rolling out", Kstatus.InProgress },
        { "loading", Kstatus.InProgress },
        { "variant refused", Kstatus.InProgress },
        { "server image missing", Kstatus.InProgress },
        { "server over quota", Kstatus.InProgress },
        { "variant failed", Kstatus.Failed },
        { "serving", Kstatus.Current },
        { "no zone", Kstatus.InProgress },
    };

    [Theory]
    [MemberData(nameof(Health))]
    public void A_model_is_ready_or_reconciling_or_stalled(string state, string health)
    {
        var world = In(state);
        bool[] kstatus =
        [
            world.Condition(ConditionTypes.Ready).Status == ConditionStatus.True,
            world.ConditionOrNone(ConditionTypes.Reconciling) is not null,
            world.ConditionOrNone(ConditionTypes.Stalled) is not null,
        ];
        var types = world.Status.Conditions!.Select(condition => condition.Type).ToList();

        Assert.Single(kstatus, holds => holds);
        Assert.Equal(types.Order(StringComparer.Ordinal), types);
        Assert.Equal(health, Kstatus.Of(world.Model));
        world.Edit(spec => spec);
        Assert.Equal(Kstatus.InProgress, Kstatus.Of(world.Model));
    }

    public static TheoryData<string> States => new(Health.Select(row => row.Data.Item1));

    [Theory]
    [MemberData(nameof(States))]
    public void A_state_that_does_not_change_is_told_once(string state)
    {
        var world = In(state);
        var (text, writes, events) = (KubernetesJson.Serialize(world.Status), world.Writes.Count, world.Events.Count);
        for (var i = 0; i < 20; i++)
        {
            // Less than the interval in which an idle server's energy is accounted for.
            world.Pass(TimeSpan.FromSeconds(2));
            world.Reconcile();
        }

        Assert.Equal(text, KubernetesJson.Serialize(world.Status));
        Assert.Equal((writes, events), (world.Writes.Count, world.Events.Count));
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Every_list_of_a_status_is_sorted(string state)
    {
        var status = In(state).Status;

        AssertSorted(status.Conditions!.Select(condition => condition.Type));
        AssertSorted(status.Variants!.Select(variant => variant.Name));
        AssertSorted(status.Artifacts!.Select(artifact => $"{artifact.Stage} {artifact.Revision}"));
        AssertSorted(status.Discarded ?? []);
        AssertSorted((status.Serving?.Mix ?? []).Select(entry => entry.Variant));
        AssertSorted((status.Emissions?.Meters ?? []).Select(meter => meter.Pod));
    }

    private static void AssertSorted(IEnumerable<string> keys) => Assert.Equal(keys.Order(StringComparer.Ordinal), keys);

    [Fact]
    public void The_time_of_a_transition_stays_while_the_status_does()
    {
        var before = ConditionSet.Make(null, "Ready", true, "Serving", "It serves.", 1, Samples.Noon.AddTicks(1234567));
        var same = ConditionSet.Make([before], "Ready", true, "Other", "It serves well.", 2, Samples.Noon.AddHours(1));
        var changed = ConditionSet.Make([before], "Ready", false, "Other", "It does not.", 2, Samples.Noon.AddHours(1));

        Assert.Equal(Samples.Noon.UtcDateTime, before.LastTransitionTime);
        Assert.Equal(before.LastTransitionTime, same.LastTransitionTime);
        Assert.Equal(Samples.Noon.AddHours(1).UtcDateTime, changed.LastTransitionTime);
        Assert.Equal(ConditionStatus.Unknown, ConditionSet.Make(null, "Ready", null, "Unknown", "Nobody knows.", 1, Samples.Noon).Status);
    }

    private static World In(string state)
    {
        World world = new();
        switch (state)
        {
            case "no zone":
                world.Zone = null;
                break;
            case "empty zone":
                world.Zone = Samples.TraceZone();
                break;
            case "stale zone":
                world.Pass(TimeSpan.FromHours(5));
                break;
            case "deferred":
                world.Edit(spec => spec with { Training = spec.Training! with { Schedule = new TrainingSchedule { DeadlineSeconds = 36_000, ExpectedDurationSeconds = 600 } } });
                world.Zone = Samples.Hourly(world.Now, 400, 390, 100, 400, 400);
                break;
            case "suspended":
                world.Edit(spec => spec with { Suspend = true });
                break;
            case "name taken":
                world.Refused["fashion-artifacts"] = new ChildRefusal("PersistentVolumeClaim", "fashion-artifacts", ChildRefusal.NameTaken, "PersistentVolumeClaim fashion-artifacts exists and belongs to somebody else. Delete or rename it, or give the model another name.");
                break;
            case "rejected":
                world.Edit(spec => spec with { Compression = new CompressionSpec { AccuracyFloor = "0.95" } });
                break;
        }

        world.Reconcile();
        switch (state)
        {
            case "training fails":
                world.Report(StageNames.Train, Reports.Failure(world, StageNames.Train, StageReasons.StoreUnavailable, "The store is full."), ExitCodes.InternalError);
                break;
            case "training failed":
                world.Fail(StageNames.Train);
                break;
            case "checksum wrong":
                world.Fail(StageNames.Train, StageReasons.ChecksumMismatch, "The SHA-256 of the data set is another than dataset.sha256.");
                break;
            case "compression suspended":
                world.Finish(StageNames.Train);
                world.Reconcile();
                world.Edit(spec => spec with { Suspend = true });
                break;
            case "trained" or "rejected":
                world.Finish(StageNames.Train);
                break;
            case "serving":
                return new World().Serving();
            case "variant refused":
                world = new World().Serving();
                break;
            case "rolling out":
                world = new World().Serving();
                world.Edit(spec => spec with { Serving = spec.Serving with { Resources = new ComputeResources { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("150m") } } } });
                world.Reconcile();
                break;
            case "settled" or "loading" or "variant failed" or "server image missing" or "server over quota":
                world.Finish(StageNames.Train);
                world.Reconcile();
                if (state == "variant failed")
                {
                    world.Fail("int8", StageReasons.InvalidSpec, "The graph cannot be quantized.");
                }
                else
                {
                    world.Finish("int8");
                }

                world.Reconcile();
                world.Finish("slim");
                world.Reconcile();
                break;
        }

        if (state is "loading" or "variant failed")
        {
            world.RollOut();
        }

        if (state == "server image missing")
        {
            world.ServerPod(0, status =>
            {
                status.Conditions = [];
                status.ContainerStatuses = [new V1ContainerStatus { Name = "server", State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "ErrImagePull", Message = "no such image" } } }];
            });
        }

        if (state == "server over quota")
        {
            world.Deployment!.Status = new V1DeploymentStatus
            {
                Conditions = [new V1DeploymentCondition { Type = "ReplicaFailure", Status = "True", Reason = "FailedCreate", Message = "pods \"fashion-server-1\" is forbidden: exceeded quota: few." }],
            };
        }

        if (state == "loading")
        {
            world.Servers["fashion-server-0"] = world.Servers["fashion-server-0"] with { Artifacts = new HashSet<string>() };
        }

        if (state == "variant refused")
        {
            var server = world.Servers["fashion-server-0"];
            var int8 = server.Artifacts.First(folder => folder.StartsWith("int8-", StringComparison.Ordinal));
            world.Servers["fashion-server-0"] = server with
            {
                Artifacts = server.Artifacts.Where(folder => folder != int8).ToHashSet(),
                Refused = new Dictionary<string, string> { [int8] = "It takes another input." },
            };
        }

        world.Reconcile();
        return world;
    }
}
