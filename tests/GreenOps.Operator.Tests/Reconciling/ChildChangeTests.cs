using System.Text.Json.Nodes;
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
    public void What_is_missing_is_applied() => Assert.Equal(V1Patch.PatchType.ApplyPatch, ChildChange.Of(Deployment, null)!.Type);

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

        Assert.Null(ChildChange.Of(Deployment, live));
    }

    [Fact]
    public void An_edit_by_hand_is_taken_back()
    {
        var live = Copy.Of(Deployment);
        live.Spec.Template.Spec.Containers[0].Image = "mine:latest";

        Assert.Equal(V1Patch.PatchType.ApplyPatch, ChildChange.Of(Deployment, live)!.Type);
    }

    [Fact]
    public void A_setting_that_left_the_manifest_is_taken_away_when_it_was_ours()
    {
        var live = Copy.Of(Deployment);
        live.Spec.Template.Spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" };
        live.Metadata.ManagedFields = [Owned("kubectl")];
        Assert.Null(ChildChange.Of(Deployment, live));

        live.Metadata.ManagedFields = [Owned("kubectl"), Owned("greenops")];
        Assert.NotNull(ChildChange.Of(Deployment, live));
    }

    [Fact]
    public void A_job_is_only_ever_suspended_or_resumed()
    {
        var live = Copy.Of(StageJob.Build(Model, Training, suspend: true, Samples.Options));
        live.Spec.Template.Spec.Containers[0].Image = "trainer:0";
        Assert.Null(ChildChange.Of(StageJob.Build(Model, Training, suspend: true, Samples.Options), live));

        var patch = ChildChange.Of(StageJob.Build(Model, Training, suspend: false, Samples.Options), live)!;
        Assert.Equal((V1Patch.PatchType.MergePatch, """{"spec":{"suspend":false}}"""), (patch.Type, patch.Content));
    }

    [Fact]
    public void A_stage_document_that_was_replaced_by_hand_is_made_again()
    {
        var map = StageConfigMap.Build(Model, Training);
        var other = Copy.Of(map);
        other.Data["stage.json"] = "{}";

        Assert.Null(ChildChange.Of(map, other));
        Assert.True(ChildChange.NeedsReplacing(map, other));
        Assert.False(ChildChange.NeedsReplacing(map, Copy.Of(map)));
    }

    [Fact]
    public void A_stage_document_that_is_not_immutable_is_applied_in_place()
    {
        var map = StageConfigMap.Build(Model, Training);
        var other = Copy.Of(map);
        other.Immutable = null;
        other.Data["stage.json"] = "{}";

        Assert.False(ChildChange.NeedsReplacing(map, other));
        Assert.Equal(V1Patch.PatchType.ApplyPatch, ChildChange.Of(map, other)!.Type);
    }

    [Fact]
    public void What_a_claim_is_bound_to_is_left_alone()
    {
        var claim = StoreClaim.Build(Model);
        var bound = Copy.Of(claim);
        bound.Spec.Resources.Requests["storage"] = new ResourceQuantity("2Gi");

        Assert.Null(ChildChange.Of(claim, bound));
    }

    public static TheoryData<string, string> JobEdits => new()
    {
        { """{"spec":{"parallelism":0}}""", """{"spec":{"parallelism":1}}""" },
        { """{"spec":{"backoffLimit":0}}""", """{"spec":{"backoffLimit":2147483647}}""" },
        { """{"spec":{"suspend":true}}""", """{"spec":{"suspend":false}}""" },
        { """{"metadata":{"labels":{"greenops.dev/model":"other"}}}""", """{"metadata":{"labels":{"greenops.dev/model":"fashion"}}}""" },
        { """{"metadata":{"labels":{"app.kubernetes.io/managed-by":null}}}""", """{"metadata":{"labels":{"app.kubernetes.io/managed-by":"greenops"}}}""" },
    };

    [Theory]
    [MemberData(nameof(JobEdits))]
    public void What_can_be_edited_of_a_job_is_put_back_and_nothing_else_is_sent(string edit, string expected)
    {
        var job = StageJob.Build(Model, Training, suspend: false, Samples.Options);
        var live = KubernetesJson.Deserialize<V1Job>(Merge.Apply(JsonTree.Of(job)!, JsonNode.Parse(edit)!).ToJsonString());
        var patch = ChildChange.Of(job, live)!;

        Assert.Equal((V1Patch.PatchType.MergePatch, expected), (patch.Type, patch.Content));
    }

    public static TheoryData<string> Kinds => new(Children.Keys);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_owner_that_was_taken_off_is_put_back_and_others_are_kept(string kind)
    {
        var (child, live) = (Children[kind], Copied(kind));
        live.Metadata.ResourceVersion = "7";
        live.Metadata.OwnerReferences = [new V1OwnerReference { ApiVersion = "v1", Kind = "ConfigMap", Name = "theirs", Uid = "theirs" }];

        var metadata = JsonNode.Parse(Content(ChildChange.Of(child, live)!))!["metadata"]!;
        var owners = metadata["ownerReferences"]!.AsArray().Select(owner => (string)owner!["uid"]!);
        Assert.Contains(Model.Uid(), owners);
        if (metadata["resourceVersion"] is not null)
        {
            Assert.Contains("theirs", owners);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_label_that_was_taken_off_is_put_back(string kind)
    {
        var (child, live) = (Children[kind], Copied(kind));
        live.Metadata.Labels.Remove("app.kubernetes.io/managed-by");

        Assert.Equal("greenops", (string)JsonNode.Parse(Content(ChildChange.Of(child, live)!))!["metadata"]!["labels"]!["app.kubernetes.io/managed-by"]!);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Labels_and_annotations_of_others_stay_and_cost_no_write(string kind)
    {
        var live = Copied(kind);
        live.Metadata.Labels["team"] = "vision";
        live.Metadata.Annotations = new Dictionary<string, string> { ["note"] = "by kubectl annotate" };

        Assert.Null(ChildChange.Of(Children[kind], live));
    }

    public static TheoryData<string, string> SpecEdits => new()
    {
        { "Service", """{"spec":{"selector":{"greenops.dev/model":"other"}}}""" },
        { "Service", """{"spec":{"ports":[{"name":"http","port":80,"targetPort":"http","protocol":"TCP"}]}}""" },
        { "Deployment", """{"spec":{"replicas":9}}""" },
        { "Deployment", """{"spec":{"strategy":{"type":"Recreate"}}}""" },
        { "Deployment", """{"spec":{"template":{"spec":{"automountServiceAccountToken":true}}}}""" },
        { "PodDisruptionBudget", """{"spec":{"maxUnavailable":0}}""" },
        { "NetworkPolicy", """{"spec":{"egress":[{}]}}""" },
        { "NetworkPolicy", """{"spec":{"policyTypes":["Ingress"]}}""" },
        { "routing", """{"data":{"routing.json":"{}"}}""" },
    };

    [Theory]
    [MemberData(nameof(SpecEdits))]
    public void What_can_be_edited_of_a_spec_is_put_back(string kind, string edit)
    {
        var live = Edited(kind, edit);

        Assert.Equal(V1Patch.PatchType.ApplyPatch, ChildChange.Of(Children[kind], live)!.Type);
    }

    [Fact]
    public void A_claim_that_is_to_outlive_its_model_is_let_go_of()
    {
        var live = Copy.Of(StoreClaim.Build(Model));
        live.Metadata.ResourceVersion = "7";
        var keeping = Samples.Model(Model.Spec with { Artifacts = new ArtifactsSpec { Retention = ArtifactRetention.Keep } });

        Assert.Equal("""{"metadata":{"ownerReferences":[],"resourceVersion":"7"}}""", ChildChange.Of(StoreClaim.Build(keeping), live)!.Content);
        live.Metadata.OwnerReferences = null;
        Assert.Null(ChildChange.Of(StoreClaim.Build(keeping), live));
        Assert.Equal("""{"metadata":{"labels":{"greenops.dev/kept":"true"}}}""", ChildChange.Of(StoreClaim.Kept(keeping), live)!.Content);
    }

    [Fact]
    public void A_claim_that_was_kept_is_taken_over()
    {
        var live = Copy.Of(StoreClaim.Kept(Model));
        var patch = JsonNode.Parse(Content(ChildChange.Of(StoreClaim.Build(Model), live)!))!["metadata"]!;

        Assert.Equal(Belonging.Ours, Belongings.Of(Model, live));
        Assert.True(patch["labels"]!.AsObject().ContainsKey("greenops.dev/kept"));
        Assert.Null(patch["labels"]!["greenops.dev/kept"]);
        Assert.Equal(Model.Uid(), (string)patch["ownerReferences"]![0]!["uid"]!);
    }

    [Fact]
    public void Replicas_that_are_left_out_are_let_go_of_without_taking_them_away()
    {
        var desired = Deployment;
        desired.Spec.Replicas = null;
        var live = Copy.Of(Deployment);
        live.Spec.Replicas = 7;
        Assert.Null(ChildChange.Of(desired, live));

        live.Metadata.ManagedFields = [Owned("greenops", """{"f:spec":{"f:replicas":{}}}""")];
        Assert.DoesNotContain("replicas", Content(ChildChange.Of(desired, live)!));
    }

    [Fact]
    public void A_new_routing_table_is_applied()
    {
        var live = Copy.Of(RoutingConfigMap.Build(Model, Table(50)));

        Assert.Null(ChildChange.Of(RoutingConfigMap.Build(Model, Table(50)), live));
        Assert.NotNull(ChildChange.Of(RoutingConfigMap.Build(Model, Table(60)), live));
    }

    private static RoutingTable Table(int weight) => new()
    {
        SchemaVersion = RoutingTable.CurrentSchemaVersion,
        Model = "fashion",
        Version = "1",
        Variants = [new("full", "train-1", weight), new("slim", "slim-1", 100 - weight)],
    };

    private static IReadOnlyDictionary<string, IKubernetesObject<V1ObjectMeta>> Children => new Dictionary<string, IKubernetesObject<V1ObjectMeta>>
    {
        ["PersistentVolumeClaim"] = StoreClaim.Build(Model),
        ["Job"] = StageJob.Build(Model, Training, suspend: false, Samples.Options),
        ["sweep"] = SweepJob.Build(Model, ["train-0123456789"], ["train-abcdef0123"], Samples.Options),
        ["stage"] = StageConfigMap.Build(Model, Training),
        ["routing"] = RoutingConfigMap.Build(Model, Table(50)),
        ["Service"] = ServerService.Build(Model),
        ["Deployment"] = Deployment,
        ["PodDisruptionBudget"] = ServerDisruptionBudget.Build(Model),
        ["NetworkPolicy"] = ServerNetworkPolicy.Build(Model),
        ["stages"] = StageNetworkPolicy.Build(Model),
    };

    private static IKubernetesObject<V1ObjectMeta> Copied(string kind) => Edited(kind, "{}");

    private static IKubernetesObject<V1ObjectMeta> Edited(string kind, string edit) =>
        World.Read(Children[kind], Merge.Apply(JsonTree.Of(Children[kind])!, JsonNode.Parse(edit)!).ToJsonString());

    private static string Content(V1Patch patch) => patch.Content as string ?? JsonTree.Of(patch.Content)!.ToJsonString();

    private static V1ManagedFieldsEntry Owned(
        string manager, string fields = """{"f:spec":{"f:template":{"f:spec":{"f:nodeSelector":{"f:disk":{}}}}}}""") => new()
        {
            Manager = manager,
            Operation = "Apply",
            FieldsV1 = KubernetesJson.Deserialize<object>(fields),
        };
}
