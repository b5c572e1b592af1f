using System.Collections.Concurrent;
using GreenOps.Benchmarks.Operators;

namespace GreenOps.Benchmarks.Faults;

/// <summary>Keeps a number of operators running, as a Deployment would: one that ends is started anew, behind a door of its own.</summary>
internal sealed class OperatorReplicas : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Func<int, OperatorSettings> settings;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<int, OperatorProcess> running = new();
    private readonly List<Task> slots;
    private int doors = -1;
    private int kills;
    private bool isStopped;

    /// <summary>Starts the operators.</summary>
    /// <param name="count">How many run at a time.</param>
    /// <param name="settings">How to run the one behind a door.</param>
    /// <param name="time">The clock.</param>
    public OperatorReplicas(int count, Func<int, OperatorSettings> settings, TimeProvider time)
    {
        this.settings = settings;
        this.time = time;
        slots = [.. Enumerable.Range(0, count).Select(_ => Task.Run(KeepAsync))];
    }

    /// <summary>Processes that ended by themselves: a leader that could not renew in time does.</summary>
    public int OwnEnds => doors + 1 - kills - running.Count;

    /// <summary>Whether the process behind a door runs.</summary>
    public bool Runs(int door) => running.ContainsKey(door);

    /// <summary>Kills the process behind a door; false when it has ended by itself.</summary>
    public async Task<bool> KillAsync(int door)
    {
        if (!running.TryGetValue(door, out var process))
            return false;
        Interlocked.Increment(ref kills);
        await process.KillAsync();
        return true;
    }

    /// <summary>Ends all operators; a second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isStopped, true))
            return;
        await stopping.CancelAsync();
        await Task.WhenAll(slots);
        stopping.Dispose();
    }

    private async Task KeepAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            var door = Interlocked.Increment(ref doors);
            using var process = OperatorProcess.Start(settings(door));
            running[door] = process;
            await process.Exited.WaitAsync(stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            running.TryRemove(door, out _);
            await Task.Delay(Pause, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
