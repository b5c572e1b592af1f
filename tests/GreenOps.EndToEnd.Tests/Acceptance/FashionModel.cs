using GreenOps.Api.Models;
using GreenOps.EndToEnd.Tests.Clusters;
using GreenOps.EndToEnd.Tests.Load;
using GreenOps.EndToEnd.Tests.Models;

namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>The model of crds/samples/fashion.yaml, trained, compressed and served.</summary>
/// <param name="cluster">Where.</param>
public sealed class FashionModel(TestCluster cluster) : IAsyncLifetime
{
    private TestNamespace? space;
    private InferenceClient? client;

    internal ModelUnderTest Model { get; private set; } = null!;

    internal InferenceClient Client => client!;

    /// <summary>The model as it was when it became ready.</summary>
    internal GreenModel Ready { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        space = await TestNamespace.CreateAsync(cluster);
        var sample = Sample.Read("fashion.yaml", space.Name);
        foreach (var trace in sample.Traces)
        {
            await space.ApplyAsync(trace);
        }

        var zone = await space.ApplyAsync(sample.Zone);
        Model = await space.ApplyAsync(sample.Model with { Spec = sample.Model.Spec with { CarbonZone = zone } });
        var started = TimeProvider.System.GetTimestamp();
        Ready = await Model.WaitUntilReadyAsync(2 * Eventually.Patience);
        TestContext.Current.SendDiagnosticMessage("The sample was ready after {0:0} s.", TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        client = await InferenceClient.ConnectAsync(Model);
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (space is not null)
        {
            await space.DisposeAsync();
        }
    }
}

/// <summary>The tests that share the one model of the sample. Its variants are measured and then traded by what was measured: nothing else may run meanwhile.</summary>
[Cost(90)]
[CollectionDefinition(DisableParallelization = true)]
public sealed class FashionTests : ICollectionFixture<FashionModel>;
