using System.Net;
using GreenOps.Api;
using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Models;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>What becomes of a model's claim and its artifacts. The models here are suspended: they make nothing.</summary>
/// <param name="cluster">Where.</param>
[Cost(35)]
public sealed class RetentionTests(TestCluster cluster) : IAsyncLifetime
{
    private TestNamespace space = null!;
    private GreenModel suspended = null!;

    public async ValueTask InitializeAsync()
    {
        space = await TestNamespace.CreateAsync(cluster);
        var model = Tiny.Model("kept", await space.ApplyAsync(Tiny.StaticZone));
        suspended = model with { Spec = model.Spec with { Suspend = true } };
    }

    public async ValueTask DisposeAsync() => await space.DisposeAsync();

    [Theory]
    [InlineData("Background")]
    [InlineData("Foreground")]
    public async Task A_kept_claim_outlives_its_model_and_is_taken_over(string propagation)
    {
        var model = await space.ApplyAsync(With(ArtifactRetention.Keep));
        await model.WaitAsync("to have a finalizer", seen => seen.Metadata.Finalizers?.Contains(Labels.ArtifactsFinalizer) == true);
        var claim = await ClaimAsync("to be there", _ => true);

        await DeleteAsync(propagation);
        var kept = await ClaimAsync("to be kept", seen => seen.GetLabel(Labels.Kept) == Labels.KeptValue);
        Assert.Equal(claim.Uid(), kept.Uid());
        Assert.Empty(kept.Metadata.OwnerReferences ?? []);
        Assert.Null(kept.Metadata.DeletionTimestamp);

        await space.ApplyAsync(With(ArtifactRetention.Delete));
        var adopted = await ClaimAsync("to be taken over", seen => seen.GetLabel(Labels.Kept) is null && seen.Metadata.OwnerReferences?.Count == 1);
        Assert.Equal(claim.Uid(), adopted.Uid());
        await DeleteAsync(propagation);
        await Eventually.TrueAsync("the end of the claim", IsGoneAsync, () => Diagnosis.DescribeAsync(cluster, space.Name));
    }

    [Fact]
    public async Task A_claim_of_that_name_that_is_somebody_else_s_is_refused_and_waited_for()
    {
        await cluster.Client.CoreV1.CreateNamespacedPersistentVolumeClaimAsync(
            new V1PersistentVolumeClaim
            {
                Metadata = new V1ObjectMeta { Name = "kept-artifacts" },
                Spec = new V1PersistentVolumeClaimSpec
                {
                    AccessModes = ["ReadWriteOnce"],
                    Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new("1Gi") } },
                },
            },
            space.Name,
            cancellationToken: TestContext.Current.CancellationToken);
        var model = await space.ApplyAsync(With(ArtifactRetention.Delete));
        var refused = await model.WaitAsync("to stall", seen => ModelUnderTest.Condition(seen, ConditionTypes.Stalled) is { Status: ConditionStatus.True });
        Assert.Equal("NameTaken", ModelUnderTest.Condition(refused, ConditionTypes.Ready)!.Reason);
        Assert.Contains("PersistentVolumeClaim kept-artifacts exists and belongs to somebody else.", ModelUnderTest.Condition(refused, ConditionTypes.Ready)!.Message);

        await cluster.Client.CoreV1.DeleteNamespacedPersistentVolumeClaimAsync("kept-artifacts", space.Name, cancellationToken: TestContext.Current.CancellationToken);
        await model.WaitAsync("to go on", seen => ModelUnderTest.Condition(seen, ConditionTypes.Ready)?.Reason == "Suspended");
        await DeleteAsync("Background");
    }

    private GreenModel With(ArtifactRetention retention) => suspended with
    {
        Spec = suspended.Spec with { Artifacts = suspended.Spec.Artifacts with { Retention = retention } },
    };

    private Task<V1PersistentVolumeClaim> ClaimAsync(string what, Func<V1PersistentVolumeClaim, bool> isWanted) => Eventually.GetAsync(
        $"the claim {what}",
        async () => await cluster.Client.CoreV1.ReadNamespacedPersistentVolumeClaimAsync("kept-artifacts", space.Name) is var claim && isWanted(claim) ? claim : null,
        () => Diagnosis.DescribeAsync(cluster, space.Name));

    private async Task<bool> IsGoneAsync()
    {
        try
        {
            await cluster.Client.CoreV1.ReadNamespacedPersistentVolumeClaimAsync("kept-artifacts", space.Name, cancellationToken: TestContext.Current.CancellationToken);
            return false;
        }
        catch (HttpOperationException error) when (error.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return true;
        }
    }

    private async Task DeleteAsync(string propagation)
    {
        await cluster.Client.CustomObjects.DeleteNamespacedCustomObjectAsync<object>(
            ApiGroup.Name, ApiGroup.Version, space.Name, GreenModel.KubePluralName, "kept", propagationPolicy: propagation);
        await Eventually.TrueAsync(
            "the end of the model",
            async () => (await cluster.Client.CustomObjects.ListNamespacedCustomObjectAsync<Names>(ApiGroup.Name, ApiGroup.Version, space.Name, GreenModel.KubePluralName)).Items.Count == 0,
            () => Diagnosis.DescribeAsync(cluster, space.Name));
    }

    private sealed record Names(IReadOnlyList<object> Items);
}
