namespace GreenOps.EndToEnd.Tests.Acceptance;

/// <summary>A test that shares the tiny model: it begins with the model as it was at first, whatever others have made of it.</summary>
/// <param name="tiny">The model.</param>
public abstract class TinyTest(TinyModel tiny) : IAsyncLifetime
{
    internal TinyModel Shared => tiny;

    public async ValueTask InitializeAsync() => await tiny.RestoreAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
