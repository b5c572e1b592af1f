using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>What others change of the children: what is put back, what is theirs, and what is refused.</summary>
public sealed class DriftTests
{
    [Fact]
    public void Replicas_that_an_autoscaler_sets_are_its_own()
    {
        var world = new World().Serving();
        Scale(world, 7, "kube-controller-manager");
        world.Serve("fashion-server-0", busy: 1.4);
        world.Reconcile();

        Assert.Equal(7, world.Deployment!.Spec.Replicas);
        Assert.Equal("kube-controller-manager", world.Status.Serving!.ReplicasManagedBy);
        Assert.Equal(7, world.Status.Serving.DesiredReplicas);
        Assert.Contains(GreenModelPlanner.Plan(world.Observe()).Children, child => child is V1Deployment { Spec.Replicas: null });

        Scale(world, 3, "kube-controller-manager");
        world.Reconcile();
        Assert.Equal(3, world.Deployment.Spec.Replicas);
        Assert.Single(world.Events, told => told.Reason == "ReplicasManagedElsewhere");
    }

    [Theory]
    [InlineData("kubectl", "scale")]
    [InlineData("kubectl-edit", "")]
    public void Replicas_that_are_set_by_hand_are_put_back(string manager, string subresource)
    {
        var world = new World().Serving();
        Scale(world, 7, manager, subresource);
        world.Serve("fashion-server-0", busy: 0.7);
        world.Edit(spec => spec with { Serving = spec.Serving with { Replicas = new ReplicaBounds { Min = 1, Max = 2 } } });
        world.Reconcile();

        Assert.Equal(2, world.Deployment!.Spec.Replicas);
        Assert.Null(world.Status.Serving!.ReplicasManagedBy);
    }

    [Fact]
    public void Replicas_that_are_given_back_are_decided_on_again()
    {
        var world = new World().Serving();
        Scale(world, 7, "kube-controller-manager");
        world.Reconcile();
        Scale(world, 12, "kubectl");
        world.Reconcile();

        Assert.Equal(10, world.Deployment!.Spec.Replicas);
        Assert.Single(world.Events, told => told.Reason == "ReplicasManaged");
    }

    [Theory]
    [InlineData("V1Service fashion")]
    [InlineData("V1Deployment fashion-server")]
    [InlineData("V1ConfigMap fashion-routing")]
    [InlineData("V1PersistentVolumeClaim fashion-artifacts")]
    [InlineData("V1PodDisruptionBudget fashion-server")]
    [InlineData("V1NetworkPolicy fashion-server")]
    [InlineData("V1NetworkPolicy fashion-stages")]
    public void A_child_that_is_deleted_comes_back(string child)
    {
        var world = new World().Serving();
        world.Remove(child);
        var writes = world.Writes.Count;
        world.Reconcile();

        Assert.Contains(child, world.Writes.Skip(writes));
    }

    [Fact]
    public void The_job_and_the_document_of_a_stage_that_runs_come_back()
    {
        World world = new();
        world.Reconcile();
        var name = world.Job(StageNames.Train).Name();
        world.Remove($"V1Job {name}");
        world.Remove($"V1ConfigMap {name}");
        world.Reconcile();

        Assert.True(world.Has<V1Job>(name));
        Assert.True(world.Has<V1ConfigMap>(name));
    }

    [Fact]
    public void A_name_that_is_taken_stalls_what_needs_it_and_nothing_else()
    {
        World world = new();
        world.Reconcile();
        world.Finish(StageNames.Train);
        world.Reconcile();
        world.Finish("int8");
        world.Reconcile();
        world.Refused["fashion"] = Taken("Service", "fashion");
        world.Finish("slim");
        world.Reconcile();
        world.RollOut();
        world.Reconcile();

        var stalled = world.Condition(ConditionTypes.Stalled);
        Assert.Equal((ConditionStatus.True, ChildRefusal.NameTaken), (stalled.Status, stalled.Reason));
        Assert.Equal((ConditionStatus.False, ChildRefusal.NameTaken), (world.Condition(ConditionTypes.Ready).Status, world.Condition(ConditionTypes.Ready).Reason));
        Assert.Contains("Service fashion", stalled.Message);
        Assert.Equal(ModelPhase.Degraded, world.Status.Phase);
        Assert.NotNull(world.Deployment);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Serving).Status);

        world.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(5), world.Reconcile().RequeueAfter);
        Assert.Single(world.Events, told => told is { Type: PlannedEvent.Warning, Reason: ChildRefusal.NameTaken });

        world.Refused.Clear();
        world.Reconcile();
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Ready).Status);
        Assert.Null(world.ConditionOrNone(ConditionTypes.Stalled));
    }

    [Fact]
    public void No_pod_mounts_a_claim_that_is_somebody_else_s()
    {
        World world = new();
        world.Refused["fashion-artifacts"] = Taken("PersistentVolumeClaim", "fashion-artifacts");
        var plan = world.Reconcile();

        Assert.Empty(world.Jobs);
        Assert.True(world.Has<V1NetworkPolicy>("fashion-stages"));
        Assert.Equal(ModelPhase.Failed, world.Status.Phase);
        Assert.Equal(ChildRefusal.NameTaken, world.Condition(ConditionTypes.Trained).Reason);
        Assert.Equal(TimeSpan.FromSeconds(30), plan.RequeueAfter);
        Assert.Equal(["NameTaken"], world.Events.Select(told => told.Reason));
    }

    [Fact]
    public void A_quota_that_is_used_up_is_told_in_the_server_s_words()
    {
        World world = new();
        world.Reconcile();
        world.Remove($"V1Job {world.Job(StageNames.Train).Name()}");
        var name = ChildNames.Stage(world.Model, world.Stages.Training);
        world.Refused[name] = new ChildRefusal("Job", name, ChildRefusal.QuotaExceeded, $"The API server refuses Job {name}: exceeded quota: few. Raise the ResourceQuota, or ask for less.");
        world.Reconcile();

        Assert.Equal(ChildRefusal.QuotaExceeded, world.Condition(ConditionTypes.Ready).Reason);
        Assert.Contains("exceeded quota: few", world.Condition(ConditionTypes.Ready).Message);
    }

    [Fact]
    public void A_new_server_image_rolls_without_taking_the_old_pods_away_first()
    {
        var world = new World().Serving();
        world.Options.ServerImage = "server:2";
        world.Reconcile();

        Assert.Equal("server:2", world.Deployment!.Spec.Template.Spec.Containers[0].Image);
        Assert.Equal("ServerNotReady", world.Condition(ConditionTypes.Ready).Reason);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Serving).Status);

        // The Deployment's status catches up: one pod of the new template is there and not ready yet.
        world.Deployment.Status = new V1DeploymentStatus { ObservedGeneration = world.Deployment.Generation(), Replicas = 2, UpdatedReplicas = 1, ReadyReplicas = 1 };
        world.Reconcile();
        Assert.Equal("ServerNotReady", world.Condition(ConditionTypes.Ready).Reason);

        world.RollOut();
        world.Reconcile();
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Ready).Status);
    }

    [Theory]
    [InlineData(null, ConditionStatus.False)]
    [InlineData("edge", ConditionStatus.True)]
    public void A_setting_that_the_spec_loses_is_a_new_template(string? pool, string ready)
    {
        var world = new World(Samples.Spec with { Serving = new ServingSpec { PodTemplate = Pool("edge") } }).Serving();
        world.Deployment!.Metadata.ManagedFields =
        [
            new V1ManagedFieldsEntry
            {
                Manager = OwnedFields.Manager,
                Operation = "Apply",
                FieldsV1 = KubernetesJson.Deserialize<object>("""{"f:spec":{"f:replicas":{},"f:template":{"f:spec":{"f:nodeSelector":{"f:pool":{}}}}}}"""),
            },
        ];
        world.Edit(spec => spec with { Serving = spec.Serving with { PodTemplate = pool is null ? null : Pool(pool) } });

        var conditions = GreenModelPlanner.Plan(world.Observe()).Status.Conditions!;

        Assert.Equal(ready, conditions.Single(condition => condition.Type == ConditionTypes.Ready).Status);
    }

    [Fact]
    public void A_status_that_lags_behind_a_new_template_does_not_make_it_ready()
    {
        var world = new World().Serving();
        world.Options.ServerImage = "server:2";
        world.Reconcile();
        world.Pass(TimeSpan.FromSeconds(5));
        world.Reconcile();

        Assert.Equal(ConditionStatus.False, world.Condition(ConditionTypes.Ready).Status);
    }

    [Fact]
    public void A_change_of_the_replica_count_unsettles_nothing()
    {
        var world = new World().Serving();
        world.Serve("fashion-server-0", busy: 1.4);
        world.Reconcile();

        Assert.Equal(2, world.Deployment!.Spec.Replicas);
        Assert.Equal(ConditionStatus.True, world.Condition(ConditionTypes.Ready).Status);
    }

    private static void Scale(World world, int replicas, string manager, string subresource = "scale")
    {
        var deployment = world.Deployment!;
        deployment.Spec.Replicas = replicas;
        deployment.Metadata.ManagedFields =
        [
            new V1ManagedFieldsEntry
            {
                Manager = manager,
                Operation = "Update",
                Subresource = subresource,
                FieldsV1 = KubernetesJson.Deserialize<object>("""{"f:spec":{"f:replicas":{}}}"""),
            },
        ];
    }

    private static PodOverlay Pool(string pool) => new() { NodeSelector = new Dictionary<string, string> { ["pool"] = pool } };

    private static ChildRefusal Taken(string kind, string name) =>
        new(kind, name, ChildRefusal.NameTaken, $"{kind} {name} exists and belongs to somebody else. Delete or rename it, or give the model another name.");
}
