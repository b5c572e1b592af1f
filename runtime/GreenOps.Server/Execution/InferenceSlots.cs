namespace GreenOps.Server.Execution;

/// <summary>
/// As many concurrent inferences as there are cores: more would only make each of them slower. Keeps the time that
/// slots were occupied, which is exact at any moment without a sampling thread.
/// </summary>
internal sealed class InferenceSlots(int count, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count, count);
    private readonly Lock _gate = new();
    private int _occupied;
    private long _changedAt = time.GetTimestamp();
    private TimeSpan _occupiedTime;

    /// <summary>Number of slots.</summary>
    public int Count => count;

    /// <summary>Sum over all slots of the time they have been occupied.</summary>
    public TimeSpan OccupiedTime
    {
        get
        {
            lock (_gate)
            {
                return _occupiedTime + (_occupied * time.GetElapsedTime(_changedAt));
            }
        }
    }

    /// <summary>Waits for a free slot; disposing the answer frees it.</summary>
    public async ValueTask<Slot> AcquireAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        Change(1);
        return new Slot(this);
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private void Release()
    {
        Change(-1);
        _free.Release();
    }

    private void Change(int difference)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _occupiedTime += _occupied * time.GetElapsedTime(_changedAt, now);
            _changedAt = now;
            _occupied += difference;
        }
    }

    /// <summary>An occupied slot.</summary>
    internal readonly struct Slot(InferenceSlots slots) : IDisposable
    {
        /// <summary>Frees the slot.</summary>
        public void Dispose() => slots.Release();
    }
}
