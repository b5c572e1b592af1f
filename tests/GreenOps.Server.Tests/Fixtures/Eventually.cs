namespace GreenOps.Server.Tests.Fixtures;

/// <summary>Waits for what another thread or process will do.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        while (!await condition())
        {
            await Task.Delay(Pause, TimeProvider.System, timeout.Token);
        }
    }
}
