using Microsoft.Extensions.Hosting;

namespace GreenOps.Hosting;

/// <summary>
/// Has the garbage collector look through the oldest generation as soon as it has grown by a little. By itself it waits until the heap has
/// grown by half or more: right where objects come and go, but here nearly all stay, and what goes is what each reconcile leaves behind.
/// </summary>
internal sealed class HeapKeeper : BackgroundService
{
    private const int Oldest = 2;
    private const long LeastGrowth = 8 << 20;
    private const double Growth = 0.1;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Whether what the oldest generation holds has grown enough to be looked through.</summary>
    /// <param name="before">Bytes after it was last looked through.</param>
    /// <param name="now">Bytes now.</param>
    internal static bool IsDue(long before, long now) => now - before > Math.Max(LeastGrowth, before * Growth);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The heap grows by the real clock, whatever the host's says.
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var (blocking, background) = (GC.GetGCMemoryInfo(GCKind.FullBlocking), GC.GetGCMemoryInfo(GCKind.Background));
                if (IsDue(Held(blocking.Index > background.Index ? blocking : background), Held(GC.GetGCMemoryInfo(GCKind.Any))))
                    GC.Collect(Oldest, GCCollectionMode.Forced, blocking: false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private static long Held(GCMemoryInfo info) =>
        info.GenerationInfo is { Length: > Oldest } generations ? generations[Oldest].SizeAfterBytes - generations[Oldest].FragmentationAfterBytes : 0;
}
