using GreenOps.Contract;

namespace GreenOps.Server.Tests.Fixtures;

/// <summary>A server of the model 'fashion': 'full' takes all traffic and answers with the mean of an image, 'int8' with ten times that.</summary>
public abstract class TwoVariantTests : IAsyncLifetime
{
    internal ServingFolder Folder { get; } = new();

    internal RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Folder.Store("train-1", TestModels.ScaledMean(1));
        Folder.Store("int8-1", TestModels.ScaledMean(10));
        Folder.Route("1", new RoutedVariant("full", "train-1", 100), new RoutedVariant("int8", "int8-1", 0));
        Server = await RunningServer.StartReadyAsync(Folder);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
