using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>A tiny model on a grid that never changes, ready to be used.</summary>
/// <param name="cluster">Where.</param>
public sealed class TinyModel(TestCluster cluster) : IAsyncLifetime
{
    private TestNamespace? space;

    internal ModelUnderTest Model { get; private set; } = null!;

    /// <summary>The model as it was applied.</summary>
    internal GreenModel Applied { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        space = await TestNamespace.CreateAsync(cluster);
        Applied = Tiny.Model("tiny", await space.ApplyAsync(Tiny.StaticZone));
        Model = await space.ApplyAsync(Applied);
        await Model.WaitUntilReadyAsync();
    }

    /// <summary>Applies the model with a changed spec, whatever other tests have made of it.</summary>
    internal Task ApplyAsync(Func<GreenModelSpec, GreenModelSpec>? change = null) =>
        Model.Namespace.ApplyAsync(Applied with { Spec = change?.Invoke(Applied.Spec) ?? Applied.Spec });

    /// <summary>Makes the model what it was at first, whatever other tests have made of it, and waits until it is that.</summary>
    internal async Task<GreenModel> RestoreAsync()
    {
        await ApplyAsync();
        return await Model.WaitAsync(
            "to be as it was at first",
            model => ModelUnderTest.IsReady(model)
                && model.Status is { Phase: ModelPhase.Serving, Serving: { ReplicasManagedBy: null, MixSummary: "full 100%" } serving }
                && serving.Replicas == serving.DesiredReplicas
                && serving.ReadyReplicas == serving.DesiredReplicas);
    }

    public async ValueTask DisposeAsync()
    {
        if (space is not null)
        {
            await space.DisposeAsync();
        }
    }
}

/// <summary>The tests that share the tiny model, in an order that nobody knows. Each begins by making it what it was at first.</summary>
[Cost(70)]
[CollectionDefinition]
public sealed class TinyTests : ICollectionFixture<TinyModel>;
