using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>What a model says when something does not work, and what goes on working.</summary>
public sealed class FailureTests
{
    [Fact]
    public void A_training_whose_input_can_never_work_stalls_with_the_reason_of_its_report()
    {
        World world = new();
        world.Reconcile();
        world.Fail(StageNames.Train);
        world.Reconcile();

        var stalled = world.Condition(ConditionTypes.Stalled);
        Assert.Equal((ConditionStatus.True, StageReasons.DatasetMissing), (stalled.Status, stalled.Reason));
        Assert.StartsWith("There is no data set at /data.", stalled.Message);
        Assert.Contains(world.Job(StageNames.Train).Name(), stalled.Message);
        Assert.Equal(ModelPhase.Failed, world.Status.Phase);
        Assert.Null(world.ConditionOrNone(ConditionTypes.Reconciling));
        Assert.Equal(StageReasons.DatasetMissing, world.Condition(ConditionTypes.Ready).Reason);
    }

    [Fact]
    public void A_training_that_fails_leaves_what_serves()
    {
        var world = new World().Serving();
        var routing = world.RoutingText;
        world.Edit(spec => spec with { Training = spec.Training! with { Seed = 8 } });
        world.Reconcile();
        world.Fail(StageNames.Train);
        world.Reconcile();

        Assert.Equal(ModelPhase.Degraded, world.Status.Phase);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Serving).Status);
        Assert.Equal(routing, world.RoutingText);
        Assert.NotNull(world.Deployment);
    }

    [Fact]
    public void A_failure_warns_once()
    {
        World world = new();
        world.Reconcile();
        world.Fail(StageNames.Train);
        for (var i = 0; i < 3; i++)
        {
            world.Pass(TimeSpan.FromSeconds(30));
            world.Reconcile();
        }

        var warning = Assert.Single(world.Events, told => told.Type == PlannedEvent.Warning);
        Assert.Equal(StageReasons.DatasetMissing, warning.Reason);
    }

    [Fact]
    public void A_failed_job_whose_pod_is_not_seen_to_end_yet_waits_for_the_report()
    {
        World world = new();
        world.Reconcile();
        world.StagePod(StageNames.Train);
        world.EndJob(StageNames.Train, "Failed", "PodFailurePolicy", "Container trainer exited with 64.");
        world.Reconcile();
        world.Fail(StageNames.Train);
        world.Reconcile();

        Assert.Equal([StageReasons.DatasetMissing], world.Events.Where(told => told.Type == PlannedEvent.Warning).Select(told => told.Reason));
    }

    [Fact]
    public void A_failed_job_without_a_report_gives_the_reason_of_the_job()
    {
        World world = new();
        world.Reconcile();
        world.EndJob(StageNames.Train, "Failed", "DeadlineExceeded", "Job was active longer than specified deadline.");
        world.Reconcile();

        Assert.Equal("DeadlineExceeded", world.Condition(ConditionTypes.Stalled).Reason);
        Assert.StartsWith("Job was active longer", world.Condition(ConditionTypes.Stalled).Message);
    }

    [Fact]
    public void A_failure_that_is_tried_again_is_no_reason_for_a_person_to_act()
    {
        World world = new();
        world.Reconcile();
        world.Report(StageNames.Train, Reports.Failure(world, StageNames.Train, StageReasons.StoreUnavailable, "The store is full."), ExitCodes.InternalError);
        world.Reconcile();

        Assert.Null(world.ConditionOrNone(ConditionTypes.Stalled));
        Assert.Equal(StageReasons.StoreUnavailable, world.Condition(ConditionTypes.Ready).Reason);
        Assert.Equal(ModelPhase.Training, world.Status.Phase);

        world.Report(StageNames.Train, Reports.Success(world, StageNames.Train), ExitCodes.Done, number: 1);
        world.EndJob(StageNames.Train, "Complete");
        world.Reconcile();
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Trained).Status);
    }

    [Fact]
    public void A_variant_that_is_tried_again_lets_others_pass_and_never_runs_beside_them()
    {
        World world = new();
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();

        var failure = Reports.Failure(world, "int8", StageReasons.StoreUnavailable, "The store is full.");
        world.Report("int8", failure, ExitCodes.InternalError);
        world.StagePod("int8", number: 1);
        world.Reconcile();
        Assert.Null(world.JobOrNone("slim"));

        world.Report("int8", failure, ExitCodes.InternalError, number: 1);
        world.Reconcile();
        Assert.False(world.Job("slim").Spec.Suspend);
        Assert.False(world.Job("int8").Spec.Suspend);

        world.StagePod("slim");
        world.StagePod("int8", number: 2);
        world.Reconcile();
        Assert.False(world.Job("slim").Spec.Suspend);
        Assert.True(world.Job("int8").Spec.Suspend);
        Assert.Equal(StageReasons.StoreUnavailable, world.Condition(ConditionTypes.Compressed).Reason);

        world.RemovePods(pod => pod.Name() == $"{world.Job("int8").Name()}-2");
        world.Finish("slim");
        world.Reconcile();
        Assert.False(world.Job("int8").Spec.Suspend);
        Assert.Single(world.Events, told => told.Type == PlannedEvent.Warning);
    }

    [Fact]
    public void A_variant_that_fails_does_not_block_the_others()
    {
        World world = new();
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();
        world.Fail("int8", StageReasons.InvalidSpec, "The graph cannot be quantized.");
        world.Reconcile();
        Assert.NotNull(world.JobOrNone("slim"));

        world.Finish("slim");
        world.Reconcile();
        world.RollOut();
        world.Reconcile();
        Assert.Equal(["full", "slim"], world.Routing!.Variants.Select(variant => variant.Name));
        Assert.Equal(ModelPhase.Degraded, world.Status.Phase);
        Assert.Equal("VariantFailed", world.Condition(ConditionTypes.Ready).Reason);
        Assert.Contains("int8", world.Condition(ConditionTypes.Ready).Message);
        Assert.Equal(StageReasons.InvalidSpec, world.Condition(ConditionTypes.Compressed).Reason);
        Assert.Single(world.Events, told => told.Type == PlannedEvent.Warning);
    }

    [Fact]
    public void A_variant_that_is_tried_again_does_not_block_the_others()
    {
        World world = new();
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();
        world.Report("int8", Reports.Failure(world, "int8", StageReasons.StoreUnavailable, "The store is full."), ExitCodes.InternalError);
        world.Reconcile();

        Assert.NotNull(world.JobOrNone("slim"));
        Assert.NotNull(world.JobOrNone("int8"));
    }

    [Fact]
    public void When_no_variant_is_accepted_nothing_is_served_and_a_person_is_warned()
    {
        World world = new(Samples.Spec with { Compression = new CompressionSpec { AccuracyFloor = "0.95" } });
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();

        Assert.Equal("NoVariantAccepted", world.Condition(ConditionTypes.Stalled).Reason);
        Assert.Equal(ModelPhase.Failed, world.Status.Phase);
        Assert.Null(world.Deployment);
        Assert.Single(world.Events, told => told is { Type: PlannedEvent.Warning, Reason: "NoVariantAccepted" });
    }

    [Fact]
    public void When_no_variant_of_a_new_revision_is_accepted_the_old_one_goes_on()
    {
        var world = new World(Samples.Spec with { Compression = new CompressionSpec { AccuracyFloor = "0.88" } }).Serving();
        var routing = world.RoutingText;
        world.Edit(spec => spec with { Training = spec.Training! with { Seed = 8 } });
        world.Reconcile();
        world.Finish(StageNames.Train, Reports.Success(world, StageNames.Train, accuracy: 0.5));
        world.Reconcile();

        Assert.Equal(ModelPhase.Degraded, world.Status.Phase);
        Assert.Equal(routing, world.RoutingText);
    }

    [Fact]
    public void An_image_that_cannot_be_pulled_is_told_once_however_often_it_is_tried()
    {
        World world = new();
        world.Reconcile();
        for (var i = 0; i < 3; i++)
        {
            world.StagePod(StageNames.Train, Waiting("ErrImagePull", "no such image"));
            world.Reconcile();
            world.StagePod(StageNames.Train, Waiting("ImagePullBackOff", "Back-off pulling image trainer:1"));
            world.Reconcile();
        }

        Assert.Equal(ConditionStatus.False, world.Condition(ConditionTypes.Trained).Status);
        Assert.Contains("Check the image name and the pull secret", world.Condition(ConditionTypes.Ready).Message);
        Assert.Single(world.Events, told => told.Type == PlannedEvent.Warning);
    }

    [Fact]
    public void A_pod_without_a_node_is_told_with_the_scheduler_s_words()
    {
        World world = new();
        world.Reconcile();
        world.StagePod(StageNames.Train, status =>
        {
            status.Phase = "Pending";
            status.Conditions = [new V1PodCondition { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = "0/3 nodes are available: 3 Insufficient cpu" }];
        });
        world.Reconcile();

        Assert.Equal("Unschedulable", world.Condition(ConditionTypes.Ready).Reason);
        Assert.Contains("3 Insufficient cpu", world.Condition(ConditionTypes.Ready).Message);
    }

    [Fact]
    public void A_pod_that_ran_out_of_memory_says_which_limit_to_raise()
    {
        World world = new();
        world.Reconcile();
        world.StagePod(StageNames.Train, status => status.ContainerStatuses = [World.Terminated(137, null, "OOMKilled")]);
        world.Reconcile();

        Assert.Equal("OutOfMemory", world.Condition(ConditionTypes.Ready).Reason);
        Assert.Contains("limits.memory", world.Condition(ConditionTypes.Ready).Message);
    }

    [Fact]
    public void An_eviction_is_over_once_another_pod_runs()
    {
        World world = new();
        world.Reconcile();
        world.StagePod(StageNames.Train, status => (status.Phase, status.Reason, status.Message) = ("Failed", "Evicted", "The node was low on resource: memory."));
        world.Reconcile();
        Assert.Equal("Evicted", world.Condition(ConditionTypes.Ready).Reason);

        world.StagePod(StageNames.Train, number: 1);
        world.Reconcile();
        Assert.Equal("Training", world.Condition(ConditionTypes.Ready).Reason);
    }

    [Fact]
    public void A_job_that_gets_no_pod_says_where_to_look()
    {
        World world = new();
        world.Reconcile();
        world.Job(StageNames.Train).Status = new V1JobStatus { StartTime = world.Now.UtcDateTime };
        world.Reconcile();
        Assert.Equal("Training", world.Condition(ConditionTypes.Ready).Reason);

        world.Pass(TimeSpan.FromSeconds(61));
        world.Reconcile();
        Assert.Equal("NoPod", world.Condition(ConditionTypes.Ready).Reason);
        Assert.Contains($"kubectl describe job {world.Job(StageNames.Train).Name()}", world.Condition(ConditionTypes.Ready).Message);
    }

    [Fact]
    public void A_server_fault_warns_once()
    {
        var world = new World().Serving();
        world.Options.ServerImage = "nowhere:1";
        world.Reconcile();
        for (var i = 0; i < 3; i++)
        {
            foreach (var reason in (string[])["ErrImagePull", "ImagePullBackOff"])
            {
                world.ServerPod(1, status =>
                {
                    status.Conditions = [];
                    status.ContainerStatuses = [new V1ContainerStatus { Name = "server", State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = reason, Message = "no such image" } } }];
                });
                world.Reconcile();
            }
        }

        Assert.Equal(ModelPhase.Degraded, world.Status.Phase);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Serving).Status);
        Assert.Equal("ImagePullBackOff", Assert.Single(world.Events, told => told.Type == PlannedEvent.Warning).Reason);
    }

    [Fact]
    public void A_log_tail_in_the_place_of_a_report_is_no_report()
    {
        World world = new();
        world.Reconcile();
        world.StagePod(StageNames.Train, status => status.ContainerStatuses = [World.Terminated(139, "Segmentation fault {\"outcome\":")]);
        world.Reconcile();

        Assert.Equal("Training", world.Condition(ConditionTypes.Ready).Reason);
    }

    [Fact]
    public void A_report_whose_clock_ran_backwards_is_still_a_report()
    {
        World world = new();
        world.Reconcile();
        world.Finish(StageNames.Train, Reports.Success(world, StageNames.Train) with { FinishedAt = world.Now.AddSeconds(-1) });
        world.Reconcile();

        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Trained).Status);
        Assert.Equal(0.3, Assert.Single(world.Status.Artifacts!).GramsCO2e, 6);
    }

    [Fact]
    public void Serving_pods_that_cannot_start_say_why()
    {
        var world = new World().Serving();
        world.Edit(spec => spec with { Serving = spec.Serving with { PodTemplate = new PodOverlay { RuntimeClassName = "gpu" } } });
        world.Reconcile();
        world.ServerPod(0, status =>
        {
            status.Conditions = [];
            status.ContainerStatuses = [new V1ContainerStatus { Name = "server", State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "ErrImagePull", Message = "denied" } } }];
        });
        world.Reconcile();

        Assert.Equal(ConditionStatus.False, world.Condition(ConditionTypes.Serving).Status);
        Assert.Contains("denied", world.Condition(ConditionTypes.Serving).Message);
        Assert.Contains("denied", world.Condition(ConditionTypes.Ready).Message);
    }

    private static Action<V1PodStatus> Waiting(string reason, string message) => status =>
    {
        status.Phase = "Pending";
        status.ContainerStatuses = [new V1ContainerStatus { Name = "trainer", State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = reason, Message = message } } }];
    };
}
