using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>A model that became ready although the operator was killed while it trained and while it was compressed.</summary>
/// <param name="cluster">Where.</param>
public sealed class SettledModel(TestCluster cluster) : IAsyncLifetime
{
    private TestNamespace? space;

    internal ModelUnderTest Model { get; private set; } = null!;

    /// <summary>The model as it was when it became ready.</summary>
    internal GreenModel Ready { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        space = await TestNamespace.CreateAsync(cluster);
        var tiny = Tiny.Model("settled", await space.ApplyAsync(Tiny.StaticZone));
        // One replica whatever happens: what a pod uses to start must not call for another when all is at rest.
        var serving = tiny.Spec.Serving with { Replicas = new ReplicaBounds { Min = 1, Max = 1 } };
        Model = await space.ApplyAsync(tiny with { Spec = tiny.Spec with { Compression = Tiny.Pruned, Serving = serving } });
        await Model.WaitAsync("to train", seen => seen.Status is { Phase: ModelPhase.Training, Training.Job: not null });
        await OperatorPods.KillAsync(cluster);
        await Model.WaitAsync("to compress", seen => seen.Status is { Phase: ModelPhase.Compressing });
        await OperatorPods.KillAsync(cluster);
        Ready = await Model.WaitUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (space is not null)
        {
            await space.DisposeAsync();
        }
    }
}

/// <summary>The tests that share the settled model. They kill the operator and count its reconciliations: nothing else may go on meanwhile.</summary>
[Cost(50)]
[CollectionDefinition(DisableParallelization = true)]
public sealed class SettledTests : ICollectionFixture<SettledModel>;
