using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Load;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>A serving container of the user's own.</summary>
public sealed class OwnServerTests
{
    [Fact]
    public void It_is_told_the_file_of_the_best_variant_and_its_port()
    {
        var world = Serving(OwnContainers.Served());
        var container = Container(world);
        var variables = container.Env.ToDictionary(variable => variable.Name, variable => variable.Value);

        Assert.Equal("example/server:1", container.Image);
        Assert.Equal($"/artifacts/shop/fashion/train-{world.Stages.Training.Revision}/model.onnx", variables["GREENOPS_MODEL"]);
        Assert.Equal(("/artifacts/shop/fashion", "9000"), (variables["GREENOPS_MODELS"], variables["GREENOPS_PORT"]));
        Assert.Equal(("/ready", "http"), (container.ReadinessProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Port.Value));
    }

    [Fact]
    public void A_single_variant_may_be_fixed()
    {
        var spec = OwnContainers.Served();
        var world = Serving(spec with
        {
            Serving = spec.Serving with { Variants = new VariantPolicy { Policy = MixPolicy.Fixed, Mix = [new MixEntry { Variant = "int8", Weight = 1 }] } },
        });

        Assert.EndsWith($"/int8-{world.Stage("int8").Revision}/model.onnx", Model(world));
    }

    [Fact]
    public void The_service_finds_its_port_by_name_and_keeps_its_own()
    {
        var world = Serving(OwnContainers.Served());
        var port = Assert.Single(world.Service!.Spec.Ports);

        Assert.Equal((8080, "http"), (port.Port, port.TargetPort.Value));
        Assert.Equal(("http", 9000), (Container(world).Ports[0].Name, Container(world).Ports[0].ContainerPort));
    }

    [Fact]
    public void Its_pod_meets_the_restricted_profile_and_cannot_write_to_the_store()
    {
        var world = Serving(OwnContainers.Served());
        var container = Container(world);

        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.True(container.VolumeMounts.Single(mount => mount.MountPath == "/artifacts").ReadOnlyProperty);
        Assert.Equal(
            world.Deployment!.Spec.Template.Spec.Volumes.Select(volume => volume.Name).Order(StringComparer.Ordinal),
            container.VolumeMounts.Select(mount => mount.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_new_revision_is_served_once_its_pods_are_ready()
    {
        var world = Serving(OwnContainers.Served());
        var before = Model(world);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Ready).Status);

        world.Edit(spec => spec with { Training = spec.Training! with { Seed = 8 } });
        world.Reconcile();
        Assert.Equal(before, Model(world));
        FinishAll(world);

        Assert.NotEqual(before, Model(world));
        Assert.Equal((1, 0), (int.Parse(world.Deployment!.Spec.Strategy.RollingUpdate.MaxSurge.Value), int.Parse(world.Deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value)));
        Assert.Equal((ConditionStatus.False, "ServerNotReady"), (world.Condition(ConditionTypes.Ready).Status, world.Condition(ConditionTypes.Ready).Reason));

        world.Deployment.Status = new V1DeploymentStatus { ObservedGeneration = world.Deployment.Metadata.Generation, Replicas = 2, ReadyReplicas = 2, UpdatedReplicas = 1 };
        world.Reconcile();
        Assert.Equal(ConditionStatus.False, world.Condition(ConditionTypes.Ready).Status);

        RollOut(world);
        world.Reconcile();
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Ready).Status);
    }

    [Fact]
    public void Without_a_query_there_are_as_many_as_the_minimum()
    {
        var world = Serving(OwnContainers.Served(replicas: new ReplicaBounds { Min = 3, Max = 9 }));

        Assert.Equal((3, "NotScaled"), (world.Deployment!.Spec.Replicas!.Value, world.Status.Serving!.ScalingReason));
    }

    [Fact]
    public void The_replicas_follow_the_query_up_at_once_and_down_after_the_window()
    {
        var world = Serving(OwnContainers.Served(OwnContainers.Query), DemandReading.Of(10));
        Assert.Equal("FollowsQuery", world.Status.Serving!.ScalingReason);

        world.Demand = DemandReading.Of(45);
        world.Reconcile();
        Assert.Equal(5, world.Deployment!.Spec.Replicas);
        RollOut(world);

        world.Demand = DemandReading.Of(12);
        world.Reconcile();
        Assert.Equal(5, world.Deployment.Spec.Replicas);
        world.Pass(TimeSpan.FromSeconds(61));
        world.Reconcile();
        Assert.Equal(2, world.Deployment.Spec.Replicas);
    }

    [Fact]
    public void A_query_that_fails_leaves_the_replicas_and_says_why_once()
    {
        var world = Serving(OwnContainers.Served(OwnContainers.Query), DemandReading.Of(30));
        Assert.Equal(3, world.Deployment!.Spec.Replicas);

        world.Demand = DemandReading.Failed("Prometheus at http://p does not answer.");
        world.Reconcile();
        world.Pass(TimeSpan.FromMinutes(30));
        world.Reconcile();

        Assert.Equal(3, world.Deployment.Spec.Replicas);
        Assert.Equal((OwnServer.QueryFailed, "Prometheus at http://p does not answer. The replicas stay."), (world.Status.Serving!.ScalingReason, world.Status.Serving.ScalingMessage));
        Assert.Single(world.Events, told => told is { Type: PlannedEvent.Warning, Reason: OwnServer.QueryFailed });
    }

    [Theory]
    [InlineData(10.0, 1.0)]
    [InlineData(5.0, 0.5)]
    [InlineData(0.0, 0.0)]
    [InlineData(null, 1.0)]
    public void Its_energy_is_charged_by_cores_stated_watts_and_demand(double? demand, double utilization)
    {
        var world = Serving(OwnContainers.Served(OwnContainers.Query), demand is { } known ? DemandReading.Of(known) : DemandReading.Failed("No answer."));
        var (before, at) = (world.Status.Emissions!.ServingJoules, world.Status.Emissions.AccountedAt!.Value);
        world.Pass(TimeSpan.FromMinutes(20));
        world.Reconcile();

        var (idle, peak) = (world.Options.IdleWattsPerCore, world.Options.PeakWattsPerCore);
        var expected = 2 * (idle + ((peak - idle) * utilization)) * (world.Now - at).TotalSeconds;
        Assert.Equal(before + expected, world.Status.Emissions!.ServingJoules, 2);
        Assert.True(world.Status.Emissions.ServingGramsCO2e > 0);
    }

    [Fact]
    public void A_pod_is_charged_from_its_start_on()
    {
        var world = Serving(OwnContainers.Served());
        var (before, at) = (world.Status.Emissions!.ServingJoules, world.Status.Emissions.AccountedAt!.Value);
        world.Pass(TimeSpan.FromMinutes(20));
        world.ServerPod(0, status => status.StartTime = world.Now.AddMinutes(-5).UtcDateTime);
        world.Reconcile();

        Assert.Equal(before + (2 * world.Options.PeakWattsPerCore * 300), world.Status.Emissions!.ServingJoules, 2);
        Assert.True(at < world.Status.Emissions.AccountedAt);
    }

    [Fact]
    public void Its_requests_are_unknown_so_nothing_is_called_avoided_by_serving()
    {
        var world = Serving(OwnContainers.Served());
        world.Pass(TimeSpan.FromMinutes(20));
        world.Reconcile();

        Assert.Equal(("StatedWatts", "RunAtOnce", 0.0), (world.Status.Emissions!.ServingBasis, world.Status.Emissions.Baseline, world.Status.Emissions.AvoidedGramsCO2e));
        Assert.Empty(world.Status.Serving!.Window!.Requests);
    }

    [Fact]
    public void Our_server_says_that_it_counts_for_itself() =>
        Assert.Equal(("ServerMeters", null, "RunAtOnce, FullVariantOnly"), Basis(new World().Serving().Status));

    private static (string?, string?, string) Basis(GreenModelStatus status) =>
        (status.Emissions!.ServingBasis, status.Serving!.ScalingReason, status.Emissions.Baseline);

    private static World Serving(GreenModelSpec spec, DemandReading? demand = null)
    {
        var world = new World(spec) { Demand = demand };
        FinishAll(world);
        RollOut(world);
        world.Reconcile();
        return world;
    }

    private static void FinishAll(World world)
    {
        world.Reconcile();
        world.Finish(StageNames.Train, Reports.Success(world, StageNames.Train, accuracy: 0.95));
        world.Reconcile();
        foreach (var stage in world.Stages.Compressions)
        {
            world.Finish(stage.Name);
            world.Reconcile();
        }
    }

    /// <summary>As many ready pods as asked for, none of which says anything of itself.</summary>
    private static void RollOut(World world)
    {
        world.RollOut();
        world.Servers.Clear();
    }

    private static V1Container Container(World world) => Assert.Single(world.Deployment!.Spec.Template.Spec.Containers);

    private static string Model(World world) => Container(world).Env.Single(variable => variable.Name == "GREENOPS_MODEL").Value;
}
