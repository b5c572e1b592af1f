namespace GreenOps.Server.Execution;

/// <summary>
/// As many concurrent inferences as there are cores: more would only make each of them slower. Keeps the time that
/// slots were occupied, which is exact at any moment without a sampling thread.
/// </summary>
internal sealed class InferenceSlots(int count, TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _occupied;
    private long _changedAt = time.GetTimestamp();
    private TimeSpan _occupiedTime;

    /// <summary>Number of slots.</summary>
    public int Count => count;

    /// <summary>Whether no slot is free.</summary>
    public bool AreFull => Volatile.Read(ref _occupied) == count;

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

    /// <summary>Occupies a slot if one is free.</summary>
    public bool TryOccupy()
    {
        lock (_gate)
        {
            if (_occupied == count)
            {
                return false;
            }

            Change(1);
            return true;
        }
    }

    /// <summary>Frees a slot.</summary>
    public void Free()
    {
        lock (_gate)
        {
            Change(-1);
        }
    }

    private void Change(int difference)
    {
        var now = time.GetTimestamp();
        _occupiedTime += _occupied * time.GetElapsedTime(_changedAt, now);
        _changedAt = now;
        _occupied += difference;
    }
}
