using System.Text.Json;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.Contract;
using GreenOps.Hosting;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Reconciling;
using GreenOps.Operator.Tests.Worlds;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Reconciling;

/// <summary>What the caches leave out is missed by nobody.</summary>
public sealed class CacheContentTests
{
    private static readonly GreenModel Model = Samples.Model();
    private static readonly Stage Training = StageDocuments.Of(Model, Samples.Options).Training;

    [Fact]
    public void A_trimmed_child_is_still_seen_to_be_as_desired()
    {
        var job = Live(StageJob.Build(Model, Training, suspend: false, Samples.Options));
        var map = Live(StageConfigMap.Build(Model, Training));
        var routing = Live(RoutingConfigMap.Build(Model, Table));
        var deployment = Live(ServerDeployment.Build(Model, 2, Samples.Options));
        var service = Live(ServerService.Build(Model));
        var budget = Live(ServerDisruptionBudget.Build(Model));
        CacheContent.Trim(job);
        CacheContent.Trim(map);
        CacheContent.Trim(routing);
        CacheContent.Trim(deployment);
        CacheContent.Trim(service);
        CacheContent.Trim(budget);

        Assert.Null(ChildChange.Of(ServerService.Build(Model), service));
        Assert.Null(ChildChange.Of(ServerDisruptionBudget.Build(Model), budget));
        Assert.Null(ChildChange.Of(StageJob.Build(Model, Training, suspend: false, Samples.Options), job));
        Assert.NotNull(ChildChange.Of(StageJob.Build(Model, Training, suspend: true, Samples.Options), job));
        Assert.Null(ChildChange.Of(StageConfigMap.Build(Model, Training), map));
        Assert.False(ChildChange.NeedsReplacing(StageConfigMap.Build(Model, Training), map));
        Assert.Null(ChildChange.Of(RoutingConfigMap.Build(Model, Table), routing));
        Assert.Null(ChildChange.Of(ServerDeployment.Build(Model, 2, Samples.Options), deployment));
        Assert.NotNull(ChildChange.Of(ServerDeployment.Build(Model, 3, Samples.Options), deployment));
    }

    [Fact]
    public void A_document_that_somebody_put_another_in_the_place_of_is_still_told_from_ours()
    {
        var other = StageConfigMap.Build(Model, Training);
        other.Data["stage.json"] = "{}";
        var map = Live(other);
        CacheContent.Trim(map);

        Assert.True(ChildChange.NeedsReplacing(StageConfigMap.Build(Model, Training), map));
    }

    [Fact]
    public void An_autoscaler_is_still_seen_to_own_the_replicas()
    {
        var deployment = Live(ServerDeployment.Build(Model, 2, Samples.Options));
        var fields = JsonSerializer.Deserialize<JsonElement>("""{"f:spec":{"f:replicas":{}}}""");
        deployment.Metadata.ManagedFields = [new() { Manager = "some-autoscaler", Operation = "Update", Subresource = "scale", FieldsV1 = fields }];

        CacheContent.Trim(deployment);

        Assert.Equal("some-autoscaler", ReplicaOwner.Of(deployment));
    }

    [Fact]
    public void Our_managed_fields_stay_and_those_of_others_go()
    {
        var deployment = Live(ServerDeployment.Build(Model, 2, Samples.Options));
        deployment.Metadata.ManagedFields = [new() { Manager = "kubectl", Operation = "Apply" }, new() { Manager = ChildApis.Manager, Operation = "Apply" }, new() { Manager = ChildApis.Manager, Operation = "Update" }];

        CacheContent.Trim(deployment);

        Assert.Equal((ChildApis.Manager, "Apply"), deployment.Metadata.ManagedFields.Select(entry => (entry.Manager, entry.Operation)).Single());
    }

    [Fact]
    public void A_world_of_trimmed_objects_is_planned_like_one_of_whole_ones()
    {
        var world = new World().Serving();
        var trimmed = world.Observe() with { Jobs = [.. world.Jobs.Select(Live)], Pods = [.. world.Pods.Select(Live)] };
        trimmed.Jobs.ToList().ForEach(CacheContent.Trim);
        trimmed.Pods.ToList().ForEach(CacheContent.Trim);

        var (whole, plan) = (GreenModelPlanner.Plan(world.Observe()), GreenModelPlanner.Plan(trimmed));

        Assert.True(StatusText.Same(whole.Status, plan.Status));
        Assert.Equal(whole.Children.Select(child => KubernetesJson.Serialize((object)child)), plan.Children.Select(child => KubernetesJson.Serialize((object)child)));
    }

    [Fact]
    public void A_report_is_let_go_of_only_when_the_status_remembers_it()
    {
        var pod = Reporting();
        var remembered = new World().Serving().Observe().Model;
        var pods = new OneObject<V1Pod>(pod);

        CacheContent.Forget(Model with { Status = null }, pods, [pod]);
        Assert.Same(pod, pods.Object);

        CacheContent.Forget(remembered, pods, [pod]);
        Assert.Equal(("Succeeded", null), (pods.Object!.Status.Phase, pods.Object.Status.ContainerStatuses));
        Assert.Equal(pod.Name(), pods.Object.Name());
        Assert.NotNull(pod.Status.ContainerStatuses);
    }

    [Fact]
    public void A_report_that_the_status_remembers_already_does_not_come_in()
    {
        var (unknown, known) = (Reporting(), Reporting());
        CacheContent.Trim(unknown, new OneObject<GreenModel>(Model with { Status = null }));
        CacheContent.Trim(known, new OneObject<GreenModel>(new World().Serving().Observe().Model));

        Assert.NotNull(unknown.Status.ContainerStatuses);
        Assert.Null(known.Status.ContainerStatuses);
    }

    [Fact]
    public void A_pod_keeps_its_labels_and_its_status()
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "a", Labels = new Dictionary<string, string> { [Labels.Model] = "fashion", ["pod-template-hash"] = "1" }, OwnerReferences = [new() { ApiVersion = "batch/v1", Kind = "Job", Uid = "1" }] },
            Spec = new V1PodSpec { NodeName = "node", Containers = [new V1Container { Name = "trainer", Image = "trainer:1" }] },
            Status = new V1PodStatus { Phase = "Running", PodIP = "10.0.0.1" },
        };

        CacheContent.Trim(pod);

        Assert.Equal([new(Labels.Model, "fashion")], pod.Metadata.Labels);
        Assert.Equal(("10.0.0.1", "trainer"), (pod.Status.PodIP, pod.Spec.Containers[0].Name));
        Assert.Null(Assert.Single(pod.Spec.Containers).Image);
    }

    [Fact]
    public void A_trimmed_pod_still_tells_which_device_it_finds_nowhere()
    {
        var gpu = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["nvidia.com/gpu"] = new("1") } };
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "a" },
            Spec = new V1PodSpec { Containers = [new V1Container { Name = "trainer", Resources = gpu }] },
            Status = new V1PodStatus
            {
                Phase = "Pending",
                Conditions = [new V1PodCondition { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = "0/1 nodes are available: 1 Insufficient nvidia.com/gpu." }],
            },
        };

        CacheContent.Trim(pod);

        Assert.Equal("NoNodeWithDevice", PodFaults.Of(pod, null)!.Reason);
    }

    private static V1Pod Reporting() => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "a",
            NamespaceProperty = Model.Namespace(),
            Labels = new Dictionary<string, string> { [Labels.Model] = Model.Name(), [Labels.Stage] = Training.Name, [Labels.Revision] = Training.Revision },
        },
        Status = new V1PodStatus { Phase = "Succeeded", ContainerStatuses = [new V1ContainerStatus { Name = "trainer" }] },
    };

    private static RoutingTable Table => new()
    {
        SchemaVersion = RoutingTable.CurrentSchemaVersion,
        Model = "fashion",
        Version = "1",
        Variants = [new("full", "train-1", 100)],
    };

    private static T Live<T>(T desired)
        where T : IKubernetesObject<V1ObjectMeta> => Copy.Of(desired);

    /// <summary>A cache of one object.</summary>
    private sealed class OneObject<T>(T entity) : IObjectCache<T>
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        public T Object { get; private set; } = entity;

        public bool HasSynced => true;

        public T? Get(string? namespaceName, string name) => (Object.Namespace(), Object.Name()) == (namespaceName, name) ? Object : null;

        public IReadOnlyList<T> List(string? namespaceName = null) => [Object];

        public IReadOnlyList<T> OwnedBy(string ownerUid) => [];

        public IReadOnlyList<T> Labelled(string? namespaceName, string value) => [];

        public void Shrink(T entity, T smaller) => Object = ReferenceEquals(Object, entity) ? smaller : Object;
    }
}
