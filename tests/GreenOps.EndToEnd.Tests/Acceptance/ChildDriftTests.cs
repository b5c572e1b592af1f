using System.Text.Json;
using k8s;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>What others do to a model's children.</summary>
/// <param name="tiny">The model.</param>
[Collection(typeof(TinyTests))]
public sealed class ChildDriftTests(TinyModel tiny) : TinyTest(tiny)
{
    private string Space => Shared.Model.Namespace.Name;

    private IKubernetes Client => Shared.Model.Namespace.Cluster.Client;

    [Fact]
    public async Task What_is_edited_is_put_back_and_what_is_added_stays()
    {
        await Client.CoreV1.PatchNamespacedServiceAsync(
            Merge(new
            {
                metadata = new
                {
                    labels = new Dictionary<string, string?> { ["app.kubernetes.io/managed-by"] = null, ["team"] = "vision" },
                    ownerReferences = (object?)null,
                },
                spec = new { selector = new Dictionary<string, string> { ["greenops.dev/model"] = "nobody" } },
            }),
            "tiny",
            Space,
            cancellationToken: TestContext.Current.CancellationToken);

        var mended = await Eventually.GetAsync(
            "the Service to be mended",
            async () => await Client.CoreV1.ReadNamespacedServiceAsync("tiny", Space, cancellationToken: TestContext.Current.CancellationToken) is var service
                && service.Spec.Selector["greenops.dev/model"] == "tiny"
                && service.GetLabel("app.kubernetes.io/managed-by") == "greenops"
                && service.Metadata.OwnerReferences is [{ Name: "tiny" }] ? service : null,
            Shared.Model.DescribeAsync);
        Assert.Equal("vision", mended.GetLabel("team"));
    }

    [Fact]
    public async Task What_is_deleted_comes_back()
    {
        await Client.PolicyV1.DeleteNamespacedPodDisruptionBudgetAsync("tiny-server", Space, cancellationToken: TestContext.Current.CancellationToken);
        await Client.NetworkingV1.DeleteNamespacedNetworkPolicyAsync("tiny-stages", Space, cancellationToken: TestContext.Current.CancellationToken);
        await Client.CoreV1.DeleteNamespacedConfigMapAsync("tiny-routing", Space, cancellationToken: TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(
            "the children to come back",
            async () => (await Client.PolicyV1.ReadNamespacedPodDisruptionBudgetAsync("tiny-server", Space, cancellationToken: TestContext.Current.CancellationToken)).Metadata.DeletionTimestamp is null
                && (await Client.NetworkingV1.ReadNamespacedNetworkPolicyAsync("tiny-stages", Space, cancellationToken: TestContext.Current.CancellationToken)).Metadata.DeletionTimestamp is null
                && (await Client.CoreV1.ReadNamespacedConfigMapAsync("tiny-routing", Space, cancellationToken: TestContext.Current.CancellationToken)).Metadata.DeletionTimestamp is null,
            Shared.Model.DescribeAsync);
        await Shared.Model.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task Replicas_that_an_autoscaler_sets_are_its_own_until_they_are_given_back()
    {
        await ScaleAsync(2, "some-autoscaler");
        await Shared.Model.WaitAsync("to leave the replicas alone", model => model.Status?.Serving is { ReplicasManagedBy: "some-autoscaler", DesiredReplicas: 2, ReadyReplicas: 2 });
        await Shared.ApplyAsync(spec => spec with { Serving = spec.Serving with { Objective = spec.Serving.Objective with { LatencyMilliseconds = 900 } } });
        await Shared.Model.WaitAsync("to be looked at again", model => model.Status?.ObservedGeneration == model.Metadata.Generation);
        Assert.Equal(2, (await Client.AppsV1.ReadNamespacedDeploymentAsync("tiny-server", Space, cancellationToken: TestContext.Current.CancellationToken)).Spec.Replicas);

        await ScaleAsync(3, "kubectl");
        await Shared.Model.WaitAsync(
            "to decide on the replicas again",
            model => model.Status?.Serving is { ReplicasManagedBy: null } serving && serving.DesiredReplicas <= model.Spec.Serving.Replicas.Max);
    }

    private Task<V1Scale> ScaleAsync(int replicas, string manager) => Client.AppsV1.PatchNamespacedDeploymentScaleAsync(
        Merge(new { spec = new { replicas } }), "tiny-server", Space, fieldManager: manager);

    private static V1Patch Merge(object patch) => new(JsonSerializer.Serialize(patch), V1Patch.PatchType.MergePatch);
}
