using Xunit;

namespace GreenOps.Hosting.Tests.Stub;

/// <summary>Bounds every wait of a test, so that a broken behaviour fails instead of hanging.</summary>
internal static class Soonly
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Task Soon(this Task task) => task.WaitAsync(Limit, TimeProvider.System, TestContext.Current.CancellationToken);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Waits until a condition holds that nothing tells of.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!condition())
            await ticks.WaitForNextTickAsync().AsTask().Soon();
    }
}
