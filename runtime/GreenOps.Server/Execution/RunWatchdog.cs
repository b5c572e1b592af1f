namespace GreenOps.Server.Execution;

/// <summary>A run that took too long.</summary>
/// <param name="Model">What ran.</param>
/// <param name="Limit">How long it may take.</param>
/// <param name="Ended">Whether it was told to end only; false when it did not even do that.</param>
internal readonly record struct Overrun(LoadedModel Model, TimeSpan Limit, bool Ended);

/// <summary>
/// Ends runs that take too long. ONNX Runtime looks between two operators whether it shall end; a run that does not
/// answer even so is given up with its thread, and the requests that wait for it are told. The timer sleeps while
/// nothing runs.
/// </summary>
internal sealed class RunWatchdog : IDisposable
{
    /// <summary>How long a run may take to end once it is told to.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly Action _replace;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly HashSet<InferenceLane> _running = [];
    private bool _armed;

    /// <summary>Makes a watchdog that sleeps.</summary>
    /// <param name="limit">How long a run may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="replace">Gives the slot of a lane that is given up to another one.</param>
    public RunWatchdog(TimeSpan limit, TimeProvider time, Action replace)
    {
        _limit = limit;
        _time = time;
        _replace = replace;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called, on a thread of the timer, for a run that took too long.</summary>
    public event Action<Overrun>? Overran;

    /// <summary>How long a run may take.</summary>
    public TimeSpan Limit => _limit;

    /// <summary>Threads that were given up with the runs that do not end.</summary>
    public int Lost { get; private set; }

    /// <summary>A run begins.</summary>
    public void Begin(InferenceLane lane, IReadOnlyList<InferenceWork> batch, long started)
    {
        lock (_gate)
        {
            lane.Running = batch;
            lane.StartedAt = started;
            _running.Add(lane);
            if (!_armed)
            {
                _armed = true;
                _timer.Change(_limit, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>A run has ended; false when it had been given up.</summary>
    public bool End(InferenceLane lane)
    {
        lock (_gate)
        {
            _running.Remove(lane);
            if (lane.Abandoned)
            {
                Lost--;
            }

            lane.Reset();
            return !lane.Abandoned;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        List<Overrun> overruns = [];
        List<IReadOnlyList<InferenceWork>> lost = [];
        lock (_gate)
        {
            foreach (var lane in _running.ToList())
            {
                var elapsed = _time.GetElapsedTime(lane.StartedAt);
                if (elapsed >= _limit + Grace && lane.Terminated)
                {
                    _running.Remove(lane);
                    lane.Abandoned = true;
                    Lost++;
                    lost.Add(lane.Running);
                    overruns.Add(new Overrun(lane.Running[0].Model, _limit, Ended: false));
                }
                else if (elapsed >= _limit && !lane.Terminated)
                {
                    lane.Terminate();
                    overruns.Add(new Overrun(lane.Running[0].Model, _limit, Ended: true));
                }
            }

            Rearm();
        }

        lost.ForEach(GiveUp);
        overruns.ForEach(overrun => Overran?.Invoke(overrun));
    }

    private void Rearm()
    {
        _armed = _running.Count > 0;
        if (_armed)
        {
            var due = _running.Min(lane => (lane.Terminated ? _limit + Grace : _limit) - _time.GetElapsedTime(lane.StartedAt));
            _timer.Change(due > TimeSpan.FromMilliseconds(1) ? due : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The run still reads its inputs and may never stop: its memory and its model stay as they are.</summary>
    private void GiveUp(IReadOnlyList<InferenceWork> works)
    {
        works[0].Model.Users.TryAdd();
        _replace();
        foreach (var work in works)
        {
            work.TryFail(new RunOverrunException(_limit, lost: true));
        }
    }
}

/// <summary>A run took longer than it may.</summary>
/// <param name="limit">How long it may take.</param>
/// <param name="lost">Whether it goes on, and reads its inputs, although it was told to end.</param>
/// <param name="innerException">How it ended.</param>
internal sealed class RunOverrunException(TimeSpan limit, bool lost, Exception? innerException = null)
    : Exception($"The run did not end within {limit.TotalSeconds:0.###} s.", innerException)
{
    /// <summary>How long it may take.</summary>
    public TimeSpan Limit => limit;

    /// <summary>Whether it goes on, and reads its inputs, although it was told to end.</summary>
    public bool Lost => lost;
}
