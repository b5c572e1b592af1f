using Microsoft.Extensions.Time.Testing;

namespace GreenOps.Hosting.Tests.Stub;

/// <summary>
/// A clock that stands still and knows who waits on it, so that a test moves time only when the code under test has come to rest.
/// Timeouts (timers of a CancellationTokenSource) do not count as waiting.
/// </summary>
internal sealed class SteppedTime : FakeTimeProvider
{
    private readonly Lock gate = new();
    private readonly Dictionary<Sleeper, DateTimeOffset> sleepers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> observers = [];

    public SteppedTime()
        : base(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (state is CancellationTokenSource)
            return base.CreateTimer(callback, state, dueTime, period);
        var sleeper = new Sleeper(this);
        lock (gate)
            sleepers.Add(sleeper, GetUtcNow() + dueTime);
        sleeper.Inner = base.CreateTimer(
            wakes =>
            {
                Wake(sleeper);
                callback(wakes);
            },
            state,
            dueTime,
            period);
        Notify();
        return sleeper;
    }

    /// <summary>Completes when exactly this many wait.</summary>
    public Task SleepersAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            observers.Add((count, reached));
        Notify();
        return reached.Task.Soon();
    }

    /// <summary>Once this many wait, moves to the moment the first of them wakes. Returns how far that was.</summary>
    public async Task<TimeSpan> WakeNextAsync(int count = 1)
    {
        await SleepersAsync(count);
        TimeSpan step;
        lock (gate)
            step = sleepers.Values.Min() - GetUtcNow();
        Advance(step);
        return step;
    }

    private void Wake(Sleeper sleeper)
    {
        lock (gate)
            sleepers.Remove(sleeper);
        Notify();
    }

    private void Notify()
    {
        lock (gate)
        {
            foreach (var observer in observers.Where(observer => observer.Count == sleepers.Count).ToList())
            {
                observers.Remove(observer);
                observer.Reached.SetResult();
            }
        }
    }

    private sealed class Sleeper(SteppedTime time) : ITimer
    {
        public ITimer? Inner { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Inner!.Change(dueTime, period);

        public void Dispose()
        {
            Inner?.Dispose();
            time.Wake(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
