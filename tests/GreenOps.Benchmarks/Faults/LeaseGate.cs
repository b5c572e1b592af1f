namespace GreenOps.Benchmarks.Faults;

/// <summary>
/// Lets many writes go on at a time, but none beside a change of the Lease: so it is known for each write who held the Lease while the
/// server took it. Whoever comes first goes first.
/// </summary>
internal sealed class LeaseGate : IDisposable
{
    private readonly SemaphoreSlim turnstile = new(1);
    private readonly Lock gate = new();
    private TaskCompletionSource drained = Completed();
    private int inside;

    public async Task WriteAsync(Func<Task> write)
    {
        await turnstile.WaitAsync();
        lock (gate)
        {
            if (inside++ == 0)
                drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        turnstile.Release();
        try
        {
            await write();
        }
        finally
        {
            lock (gate)
            {
                if (--inside == 0)
                    drained.SetResult();
            }
        }
    }

    public async Task ChangeLeaseAsync(Func<Task> change)
    {
        await turnstile.WaitAsync();
        try
        {
            await drained.Task;
            await change();
        }
        finally
        {
            turnstile.Release();
        }
    }

    public void Dispose() => turnstile.Dispose();

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
