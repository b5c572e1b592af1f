namespace GreenOps.Server.Telemetry;

/// <summary>Totals of a process at one moment.</summary>
/// <param name="Timestamp">Moment, in the clock's ticks.</param>
/// <param name="Cpu">Processor time used since the start.</param>
/// <param name="Slots">Sum over all inference slots of the time they were occupied since the start.</param>
internal readonly record struct BusySample(long Timestamp, TimeSpan Cpu, TimeSpan Slots);

/// <summary>
/// How full the server was over the last seconds: the scarcer of processor share and inference slots. Totals are read
/// when requests end and when somebody asks, at most every half second: an idle server does nothing to know it is idle.
/// </summary>
/// <param name="cores">Allotted cores.</param>
/// <param name="slots">Inference slots.</param>
/// <param name="read">Reads the totals now.</param>
/// <param name="time">The clock.</param>
internal sealed class BusyWindow(double cores, int slots, Func<BusySample> read, TimeProvider time)
{
    /// <summary>Length of the window.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>Least time between two samples that are kept.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(500);

    private readonly Queue<BusySample> _samples = new([read()]);
    private readonly Lock _gate = new();
    private long _newest = time.GetTimestamp();

    /// <summary>Keeps a sample when the last one is old enough; cheap enough for every request.</summary>
    public void Note()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _newest)) < Spacing || !_gate.TryEnter())
        {
            return;
        }

        try
        {
            Keep(read());
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>The busy ratio since the latest kept sample that is at least a window old; 0 is idle, 1 is full.</summary>
    public double Ratio()
    {
        lock (_gate)
        {
            var now = read();
            Keep(now);
            var since = _samples.Peek();
            var elapsed = time.GetElapsedTime(since.Timestamp, now.Timestamp);
            return elapsed <= TimeSpan.Zero
                ? 0
                : Math.Max((now.Cpu - since.Cpu) / (elapsed * cores), (now.Slots - since.Slots) / (elapsed * slots));
        }
    }

    private void Keep(BusySample sample)
    {
        if (time.GetElapsedTime(_newest, sample.Timestamp) >= Spacing)
        {
            _samples.Enqueue(sample);
            Volatile.Write(ref _newest, sample.Timestamp);
        }

        // The front stays the youngest sample that still covers a whole window.
        while (_samples.Count > 1 && time.GetElapsedTime(_samples.ElementAt(1).Timestamp, sample.Timestamp) >= Window)
        {
            _samples.Dequeue();
        }
    }
}
