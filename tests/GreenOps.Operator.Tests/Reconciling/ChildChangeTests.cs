using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Reconciling;
using GreenOps.Operator.Tests.Worlds;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Reconciling;

/// <summary>What is written for a child, and above all what is not.</summary>
public sealed class ChildChangeTests
{
    private static readonly GreenModel Model = Samples.Model(Samples.Spec with
    {
        Serving = new ServingSpec { Resources = new ComputeResources { Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("1000m") } } },
    });

    private static readonly Stage Training = StageDocuments.Of(Model, Samples.Options).Training;

    private static V1Deployment Deployment => ServerDeployment.Build(Model, 2, Samples.Options);

    [Fact]
    public void What_is_missing_is_applied() => Assert.Equal(V1Patch.PatchType.ApplyPatch, ChildApplier.Change(Deployment, null)!.Type);

    [Fact]
    public void Defaults_sidecars_and_other_ways_to_write_a_quantity_are_no_change()
    {
        var live = Copy.Of(Deployment);
        live.Metadata.ResourceVersion = "7";
        live.Metadata.Annotations = new Dictionary<string, string> { ["deployment.kubernetes.io/revision"] = "1" };
        live.Spec.RevisionHistoryLimit = 10;
        live.Spec.Template.Spec.RestartPolicy = "Always";
        live.Spec.Template.Spec.Containers[0].ImagePullPolicy = "IfNotPresent";
        live.Spec.Template.Spec.Containers[0].Resources.Limits["cpu"] = new ResourceQuantity("1");
        live.Spec.Template.Spec.Containers.Insert(0, new V1Container { Name = "mesh", Image = "mesh:1" });
        live.Spec.Template.Spec.Volumes.Insert(0, new V1Volume { Name = "mesh-token" });

        Assert.Null(ChildApplier.Change(Deployment, live));
    }

    [Fact]
    public void An_edit_by_hand_is_taken_back()
    {
        var live = Copy.Of(Deployment);
        live.Spec.Template.Spec.Containers[0].Image = "mine:latest";

        Assert.Equal(V1Patch.PatchType.ApplyPatch, ChildApplier.Change(Deployment, live)!.Type);
    }

    [Fact]
    public void A_setting_that_left_the_manifest_is_taken_away_when_it_was_ours()
    {
        var live = Copy.Of(Deployment);
        live.Spec.Template.Spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" };
        live.Metadata.ManagedFields = [Owned("kubectl")];
        Assert.Null(ChildApplier.Change(Deployment, live));

        live.Metadata.ManagedFields = [Owned("kubectl"), Owned("greenops")];
        Assert.NotNull(ChildApplier.Change(Deployment, live));
    }

    [Fact]
    public void A_job_is_only_ever_suspended_or_resumed()
    {
        var live = Copy.Of(StageJob.Build(Model, Training, suspend: true, Samples.Options));
        live.Spec.Template.Spec.Containers[0].Image = "trainer:0";
        Assert.Null(ChildApplier.Change(StageJob.Build(Model, Training, suspend: true, Samples.Options), live));

        var patch = ChildApplier.Change(StageJob.Build(Model, Training, suspend: false, Samples.Options), live)!;
        Assert.Equal((V1Patch.PatchType.MergePatch, """{"spec":{"suspend":false}}"""), (patch.Type, patch.Content));
    }

    [Fact]
    public void What_cannot_be_changed_is_left_alone()
    {
        var map = StageConfigMap.Build(Model, Training);
        var edited = Copy.Of(map);
        edited.Data["stage.json"] = "{}";
        Assert.Null(ChildApplier.Change(map, edited));

        var claim = StoreClaim.Build(Model);
        var bound = Copy.Of(claim);
        bound.Spec.Resources.Requests["storage"] = new ResourceQuantity("2Gi");
        Assert.Null(ChildApplier.Change(claim, bound));
    }

    [Fact]
    public void A_new_routing_table_is_applied()
    {
        var live = Copy.Of(RoutingConfigMap.Build(Model, Table(50)));

        Assert.Null(ChildApplier.Change(RoutingConfigMap.Build(Model, Table(50)), live));
        Assert.NotNull(ChildApplier.Change(RoutingConfigMap.Build(Model, Table(60)), live));
    }

    private static RoutingTable Table(int weight) => new()
    {
        SchemaVersion = RoutingTable.CurrentSchemaVersion,
        Model = "fashion",
        Version = "1",
        Variants = [new("full", "train-1", weight), new("slim", "slim-1", 100 - weight)],
    };

    private static V1ManagedFieldsEntry Owned(string manager) => new()
    {
        Manager = manager,
        Operation = "Apply",
        FieldsV1 = KubernetesJson.Deserialize<object>("""{"f:spec":{"f:template":{"f:spec":{"f:nodeSelector":{"f:disk":{}}}}}}"""),
    };
}
