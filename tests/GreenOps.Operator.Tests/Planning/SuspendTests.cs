using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>What spec.suspend stops, and what it does not.</summary>
public sealed class SuspendTests
{
    [Fact]
    public void A_suspended_model_starts_no_stage()
    {
        World world = new(Samples.Spec with { Suspend = true });
        world.Reconcile();

        Assert.Empty(world.Jobs);
        Assert.Equal(ModelPhase.Suspended, world.Status.Phase);
        Assert.Equal("Suspended", world.Condition(ConditionTypes.Trained).Reason);
        Assert.NotNull(world.ConditionOrNone(ConditionTypes.Reconciling));
        Assert.Null(world.ConditionOrNone(ConditionTypes.Stalled));
    }

    [Fact]
    public void A_training_that_runs_is_paused_and_goes_on_from_where_it_was()
    {
        World world = new();
        world.Reconcile();
        var job = world.Job(StageNames.Train).Name();
        world.Edit(Suspend(true));
        world.Reconcile();
        Assert.True(world.Job(StageNames.Train).Spec.Suspend);

        world.Edit(Suspend(false));
        world.Reconcile();
        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
        Assert.Equal(job, world.Job(StageNames.Train).Name());
        Assert.DoesNotContain(world.Writes, write => write.StartsWith('-'));
        Assert.Equal(["TrainingStarted", "Suspended", "TrainingStarted"], world.Events.Select(told => told.Reason));
    }

    [Fact]
    public void Compressions_are_paused_and_none_is_started()
    {
        World world = new();
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();
        world.Edit(Suspend(true));
        world.Reconcile();

        Assert.True(world.Job("int8").Spec.Suspend);
        Assert.Null(world.JobOrNone("slim"));
        Assert.Equal("Suspended", world.Condition(ConditionTypes.Compressed).Reason);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Trained).Status);

        world.Finish("int8");
        world.Reconcile();
        Assert.Null(world.JobOrNone("slim"));
        world.Edit(Suspend(false));
        world.Reconcile();
        Assert.NotNull(world.JobOrNone("slim"));
    }

    [Fact]
    public void What_serves_goes_on_serving_and_scaling()
    {
        var world = new World().Serving();
        var routing = world.RoutingText;
        world.Edit(spec => Suspend(true)(spec) with { Training = spec.Training! with { Seed = 8 } });
        world.Serve("fashion-server-0", busy: 1.4);
        world.Reconcile();

        Assert.Equal(routing, world.RoutingText);
        Assert.Equal(2, world.Deployment!.Spec.Replicas);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Serving).Status);
        Assert.Equal("Suspended", world.Condition(ConditionTypes.Ready).Reason);
        Assert.Contains("goes on serving", world.Condition(ConditionTypes.Ready).Message);
        Assert.Null(world.JobOrNone(StageNames.Train));
    }

    [Fact]
    public void A_model_with_nothing_left_to_make_stays_ready()
    {
        var world = new World().Serving();
        world.Edit(Suspend(true));
        world.Reconcile();

        Assert.Equal((ConditionStatus.True, ModelPhase.Serving), (world.Condition(ConditionTypes.Ready).Status, world.Status.Phase));
    }

    [Fact]
    public void A_failure_is_told_also_while_suspended()
    {
        World world = new();
        world.Reconcile();
        world.Fail(StageNames.Train);
        world.Edit(Suspend(true));
        world.Reconcile();

        Assert.Equal(StageReasons.DatasetMissing, world.Condition(ConditionTypes.Stalled).Reason);
        Assert.False(world.Job(StageNames.Train).Spec.Suspend);
    }

    private static Func<GreenModelSpec, GreenModelSpec> Suspend(bool suspend) => spec => spec with { Suspend = suspend };
}
