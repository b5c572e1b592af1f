using GreenOps.Api.Models;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>Replicas follow load, within bounds and without haste downwards.</summary>
public sealed class ServingTests
{
    [Fact]
    public void Busy_pods_get_help_at_once()
    {
        var world = new World().Serving();
        world.Serve("fashion-server-0", busy: 1.4);
        world.Reconcile();

        Assert.Equal(2, world.Deployment!.Spec.Replicas);
        Assert.Equal(2, world.Status.Serving!.DesiredReplicas);
        Assert.Single(world.Events, told => told is { Reason: "Scaled", Message: "Replicas go from 1 to 2." });
    }

    [Fact]
    public void Never_more_than_the_maximum()
    {
        var world = new World(Samples.Spec with { Serving = new ServingSpec { Replicas = new ReplicaBounds { Min = 1, Max = 3 } } }).Serving();
        for (var i = 0; i < 5; i++)
        {
            foreach (var pod in world.Servers.Keys.ToList())
            {
                world.Serve(pod, busy: 5);
            }

            world.Reconcile();
            world.RollOut(busy: 5);
        }

        Assert.Equal(3, world.Deployment!.Spec.Replicas);
    }

    [Fact]
    public void Idle_pods_go_only_after_they_were_idle_long_enough()
    {
        var world = new World(Samples.Spec with { Serving = new ServingSpec { Objective = new ServingObjective { ScaleDownStabilizationSeconds = 60 } } }).Serving();
        world.Serve("fashion-server-0", busy: 2);
        world.Reconcile();
        world.RollOut(busy: 0.1);
        Assert.Equal(3, world.Deployment!.Spec.Replicas);

        world.Reconcile();
        Assert.Equal(world.Now, world.Status.Serving!.LowSince);
        world.Pass(TimeSpan.FromSeconds(59));
        world.Reconcile();
        Assert.Equal(3, world.Deployment.Spec.Replicas);
        world.Pass(TimeSpan.FromSeconds(1));
        world.Reconcile();
        Assert.Equal(1, world.Deployment.Spec.Replicas);
        Assert.Null(world.Status.Serving!.LowSince);
    }

    [Fact]
    public void Pods_that_say_nothing_change_nothing()
    {
        var world = new World().Serving();
        world.Serve("fashion-server-0", busy: 2);
        world.Reconcile();
        world.RollOut();
        world.Servers.Clear();
        world.Reconcile();

        Assert.Equal(3, world.Deployment!.Spec.Replicas);
    }

    [Fact]
    public void A_pod_whose_metrics_cannot_be_read_once_does_not_make_the_model_unready()
    {
        var world = new World().Serving();
        world.Servers.Clear();
        world.Reconcile();

        Assert.Equal(ModelPhase.Serving, world.Status.Phase);
    }

    [Fact]
    public void A_pod_that_goes_away_no_longer_counts_as_ready()
    {
        var world = new World().Serving();
        world.Pods.Single(pod => pod.Metadata.Name == "fashion-server-0").Metadata.DeletionTimestamp = world.Now.UtcDateTime;
        world.Reconcile();

        Assert.Equal(0, world.Status.Serving!.ReadyReplicas);
        Assert.Equal("ServerNotReady", world.Condition(Api.ConditionTypes.Ready).Reason);
    }

    [Fact]
    public void Serving_is_looked_at_as_often_as_the_options_say()
    {
        var world = new World().Serving();

        Assert.Equal(TimeSpan.FromSeconds(5), GreenModelPlanner.Plan(world.Observe()).RequeueAfter);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(12, 5)]
    [InlineData(60, 15)]
    [InlineData(3600, 30)]
    public void A_model_at_rest_that_nobody_asks_is_looked_at_less_and_less_often(int idleSeconds, int expected)
    {
        var observed = new World().Serving().Observe();

        Assert.Equal(TimeSpan.FromSeconds(expected), GreenModelPlanner.Plan(Idle(observed, idleSeconds)).RequeueAfter);
    }

    [Fact]
    public void A_model_that_has_not_come_to_rest_is_looked_at_as_often_as_ever()
    {
        var world = new World().Serving();
        world.Edit(spec => spec with { Training = spec.Training! with { Seed = 8 } });

        Assert.Equal(TimeSpan.FromSeconds(5), GreenModelPlanner.Plan(Idle(world.Observe(), 3600)).RequeueAfter);
    }

    private static GreenModelObservation Idle(GreenModelObservation observed, int seconds) =>
        observed with { Load = observed.Load with { IdleFor = TimeSpan.FromSeconds(seconds) } };
}
