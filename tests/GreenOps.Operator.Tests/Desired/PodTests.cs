using GreenOps.Api.Models;
using GreenOps.Operator.Desired;
using GreenOps.Operator.Tests.Worlds;
using k8s;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Desired;

/// <summary>What must hold of every child, whatever the model.</summary>
public sealed class PodTests
{
    private static readonly GreenModel Longest = Samples.Model(
        Samples.Spec with { Compression = new CompressionSpec { Variants = [Samples.Quantized(new string('v', 14))] } },
        new string('m', 36));

    public static TheoryData<string> Pods => ["train", "int8", "server"];

    [Theory]
    [MemberData(nameof(Pods))]
    public void Every_mount_has_its_volume(string pod)
    {
        var spec = Spec(pod);

        Assert.Equal(
            spec.Volumes.Select(volume => volume.Name).Order(StringComparer.Ordinal),
            spec.Containers[0].VolumeMounts.Select(mount => mount.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_server_cannot_write_to_the_store()
    {
        Assert.True(Store("server").ReadOnlyProperty);
        Assert.Null(Store("train").ReadOnlyProperty);
    }

    [Fact]
    public void A_data_set_on_a_claim_is_mounted_to_be_read()
    {
        var model = Samples.Model(Samples.Spec with { Training = Samples.Training with { Dataset = new Dataset { Uri = "pvc://datasets/fashion" } } });
        var spec = StageJob.Build(model, StageDocuments.Of(model, Samples.Options).Training, suspend: false, Samples.Options).Spec.Template.Spec;
        var mount = spec.Containers[0].VolumeMounts.Single(mount => mount.Name == "dataset");

        Assert.Equal("datasets", spec.Volumes.Single(volume => volume.Name == "dataset").PersistentVolumeClaim.ClaimName);
        Assert.Equal(("/claims/datasets", true), (mount.MountPath, mount.ReadOnlyProperty));
    }

    [Theory]
    [InlineData("2", null, "limits.cpu")]
    [InlineData("2", "1", "limits.cpu")]
    [InlineData(null, "1", "requests.cpu")]
    [InlineData(null, null, null)]
    public void A_pod_is_told_what_processor_it_may_count_on(string? limit, string? request, string? expected)
    {
        var model = Samples.Model(Samples.Spec with { Serving = new ServingSpec { Resources = new ComputeResources { Limits = Cpu(limit), Requests = Cpu(request) } } });
        var variables = ServerDeployment.Build(model, 1, Samples.Options).Spec.Template.Spec.Containers[0].Env;

        Assert.Equal(expected, variables.SingleOrDefault(variable => variable.Name == "GREENOPS_CPU_MILLICORES")?.ValueFrom.ResourceFieldRef.Resource);
    }

    [Fact]
    public void The_longest_names_allowed_still_name_children_and_label_values()
    {
        var stages = StageDocuments.Of(Longest, Samples.Options);
        List<IKubernetesObject<V1ObjectMeta>> children =
        [
            StoreClaim.Build(Longest),
            .. stages.All.Select(stage => StageJob.Build(Longest, stage, suspend: false, Samples.Options)),
            .. stages.All.Select(stage => StageConfigMap.Build(Longest, stage)),
            ServerDeployment.Build(Longest, 1, Samples.Options),
            ServerService.Build(Longest),
            ServerDisruptionBudget.Build(Longest),
            ServerNetworkPolicy.Build(Longest),
            StageNetworkPolicy.Build(Longest),
            SweepJob.Build(Longest, ["train-0123456789"], [], Samples.Options),
        ];

        Assert.All(children, child => Assert.Matches("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", child.Name()));
        Assert.All(children, child => Assert.All(child.Metadata.Labels.Values, value => Assert.InRange(value.Length, 1, 63)));
        Assert.All(children, child => Assert.Equal(Longest.Uid(), Assert.Single(child.OwnerReferences()).Uid));
    }

    [Fact]
    public void The_service_selects_the_serving_pods_and_no_stage()
    {
        var model = Samples.Model();
        var selector = ServerService.Build(model).Spec.Selector;
        var server = ServerDeployment.Build(model, 1, Samples.Options);
        var stage = StageJob.Build(model, StageDocuments.Of(model, Samples.Options).Training, suspend: false, Samples.Options);

        Assert.All(selector, label => Assert.Equal(label.Value, server.Spec.Template.Metadata.Labels[label.Key]));
        Assert.Equal(server.Spec.Selector.MatchLabels, selector);
        Assert.Contains(selector, label => stage.Spec.Template.Metadata.Labels[label.Key] != label.Value);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("")]
    public void A_routing_table_that_was_edited_into_nonsense_is_none(string text) =>
        Assert.Null(RoutingConfigMap.Read(new V1ConfigMap { Data = new Dictionary<string, string> { ["routing.json"] = text } }));

    [Fact]
    public void A_config_map_without_the_table_has_none()
    {
        Assert.Null(RoutingConfigMap.Read(null));
        Assert.Null(RoutingConfigMap.Read(new V1ConfigMap()));
        Assert.Null(RoutingConfigMap.Read(new V1ConfigMap { Data = new Dictionary<string, string> { ["other"] = "{}" } }));
    }

    private static V1VolumeMount Store(string pod) => Spec(pod).Containers[0].VolumeMounts.Single(mount => mount.MountPath == "/artifacts");

    private static V1PodSpec Spec(string pod)
    {
        var model = Samples.Model();
        return pod == "server"
            ? ServerDeployment.Build(model, 1, Samples.Options).Spec.Template.Spec
            : StageJob.Build(model, StageDocuments.Of(model, Samples.Options).All.Single(stage => stage.Name == pod), suspend: false, Samples.Options).Spec.Template.Spec;
    }

    private static Dictionary<string, ResourceQuantity>? Cpu(string? amount) => amount is null ? null : new() { ["cpu"] = new(amount) };
}
