using GreenOps.Server.Protocol;

namespace GreenOps.Server.Execution;

/// <summary>
/// Gives requests their slots. A request that runs alone and finds a slot free runs at once, on its own thread. Where
/// rows together are faster, a request waits behind the work that the thread pool has already been given, and no
/// longer: what has come in by then runs with it. No timer is involved, and an idle server adds no latency but one
/// hand-over between threads.
/// </summary>
internal sealed class InferenceScheduler : IDisposable
{
    private readonly InferenceSlots _slots;
    private readonly ServiceTime _service;
    private readonly RunWatchdog _watchdog;
    private readonly TimeProvider _time;
    private readonly InferenceQueue _queue = new();
    private readonly Stack<InferenceLane> _idle = new();
    private readonly Lock _gate = new();
    private volatile int _waiting;
    private volatile int _depth;

    /// <summary>Makes a scheduler without work.</summary>
    /// <param name="slots">The slots.</param>
    /// <param name="options">How much may wait and how long a run may take.</param>
    /// <param name="time">The clock.</param>
    public InferenceScheduler(InferenceSlots slots, ServerOptions options, TimeProvider time)
    {
        _slots = slots;
        _time = time;
        _service = new ServiceTime(slots.Count, options.LongestWait, options.QueueDepth);
        _depth = _service.Depth;
        _watchdog = new RunWatchdog(options.RunTimeout, time, Replace);
    }

    /// <summary>Ends runs that take too long.</summary>
    public RunWatchdog Watchdog => _watchdog;

    /// <summary>Rows that wait for a slot.</summary>
    public int Waiting => _waiting;

    /// <summary>Why no request can be taken now, with the time after which one can; null when one can.</summary>
    public ProtocolException? Overload() => _waiting >= _depth && _slots.AreFull ? Refuse() : null;

    /// <summary>Has a request computed.</summary>
    /// <exception cref="ProtocolException">429 when too much waits already, 504 when its time was over before its turn came.</exception>
    public ValueTask<WorkResult> RunAsync(InferenceWork work)
    {
        InferenceLane? lane = null;
        var queued = false;
        lock (_gate)
        {
            if (_slots.TryOccupy())
            {
                lane = _idle.TryPop(out var known) ? known : new InferenceLane(Serve);
            }
            else if (_waiting >= _depth)
            {
                throw Refuse();
            }

            if (lane is null || work.CanJoin || !_queue.IsEmpty)
            {
                Enqueue(work);
                queued = true;
            }
        }

        if (lane is null)
        {
            return work.Answer;
        }

        if (queued)
        {
            ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: false);
        }
        else
        {
            Run(lane, [work]);
        }

        return work.Answer;
    }

    /// <inheritdoc/>
    public void Dispose() => _watchdog.Dispose();

    private ProtocolException Refuse() => ProtocolException.Overloaded(_waiting, _service.For(_waiting));

    private void Enqueue(InferenceWork work)
    {
        _queue.Add(work);
        _waiting = _queue.Rows;
    }

    /// <summary>Runs what waits, in a slot that is occupied already.</summary>
    private void Serve(InferenceLane lane)
    {
        List<InferenceWork> batch = [];
        List<InferenceWork> late = [];
        lock (_gate)
        {
            _queue.Take(IsLate, batch, late);
            _waiting = _queue.Rows;
            if (batch.Count == 0)
            {
                Retire(lane);
            }
        }

        if (batch.Count > 0)
        {
            Run(lane, batch);
        }

        foreach (var work in late)
        {
            work.TryFail(work.Cancellation.IsCancellationRequested
                ? new OperationCanceledException(work.Cancellation)
                : ProtocolException.DeadlineExceeded(work.Timeout!.Value));
        }
    }

    private void Run(InferenceLane lane, List<InferenceWork> batch)
    {
        var rows = 0;
        var started = _time.GetTimestamp();
        foreach (var work in batch)
        {
            rows += work.Rows;
            work.StartedAt = started;
        }

        foreach (var work in batch)
        {
            work.RowsTogether = rows;
        }

        ModelOutputs? outputs = null;
        Exception? fault = null;
        _watchdog.Begin(lane, batch, started);
        try
        {
            outputs = Compute(lane, batch, rows);
        }
        catch (Exception error)
        {
            fault = lane.Terminated ? new RunOverrunException(_watchdog.Limit, lost: false, error) : error;
        }

        PassOn(lane, batch[0].Model, _time.GetElapsedTime(started), rows);
        Complete(batch, outputs, fault);
    }

    private static ModelOutputs Compute(InferenceLane lane, List<InferenceWork> batch, int rows)
    {
        var model = batch[0].Model;
        if (batch is [var single])
        {
            return model.Run(single.Inputs, single.Outputs, lane.Options);
        }

        var joined = RowBatch.Join(batch, rows);
        try
        {
            var outputs = model.Run(joined, model.OutputNames, lane.Options);
            outputs.ShareAmong(batch.Count);
            return outputs;
        }
        finally
        {
            Array.ForEach(joined, tensor => tensor.Dispose());
        }
    }

    /// <summary>Lets the slot go on before anybody writes an answer.</summary>
    private void PassOn(InferenceLane lane, LoadedModel model, TimeSpan elapsed, int rows)
    {
        bool goesOn;
        lock (_gate)
        {
            if (!_watchdog.End(lane))
            {
                // Given up, and it came back all the same: its slot has another lane by now.
                model.Users.Release();
                return;
            }

            _service.Note(elapsed, rows);
            _depth = _service.Depth;
            goesOn = !_queue.IsEmpty;
            if (!goesOn)
            {
                Retire(lane);
            }
        }

        if (goesOn)
        {
            ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: false);
        }
    }

    private void Retire(InferenceLane lane)
    {
        _idle.Push(lane);
        _slots.Free();
    }

    /// <summary>Gives the slot of a run that does not end to another lane.</summary>
    private void Replace() => ThreadPool.UnsafeQueueUserWorkItem(new InferenceLane(Serve), preferLocal: false);

    private static void Complete(List<InferenceWork> batch, ModelOutputs? outputs, Exception? fault)
    {
        var row = 0;
        foreach (var work in batch)
        {
            var completed = outputs is not null
                ? work.TryComplete(new WorkResult(outputs, row, batch.Count > 1 ? work.Rows : 0))
                : work.TryFail(fault!);
            if (!completed)
            {
                outputs?.Dispose();
            }

            row += work.Rows;
        }
    }

    private bool IsLate(InferenceWork work) =>
        work.Cancellation.IsCancellationRequested || (work.Timeout is { } timeout && _time.GetElapsedTime(work.ArrivedAt) >= timeout);
}
