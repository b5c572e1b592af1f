using System.Threading.Channels;

namespace GreenOps.Hosting;

/// <summary>
/// A queue of keys after client-go's work queue. A key that waits is queued once however often it is added; a key added while it
/// is being worked on is queued again when that ends, so no two workers ever hold the same key and no change is lost.
/// What changed overtakes what is only due again, which waits for its turn no longer than <see cref="Patience"/>: looking at
/// thousands of settled objects must not hold up the one that somebody edits. Safe for use from any thread.
/// </summary>
/// <param name="time">The clock of the delays.</param>
/// <param name="backoff">The delays after failures.</param>
/// <param name="added">Told of each key that is queued.</param>
/// <param name="waited">Told how long each key has waited for its worker.</param>
internal sealed class WorkQueue<TKey>(TimeProvider time, Backoff backoff, Action? added = null, Action<TimeSpan>? waited = null)
    where TKey : notnull
{
    /// <summary>How long changes may overtake a key that is only due again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Channel<Waiting> ready = Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<Waiting> { Comparer = Waiting.Order });
    private readonly Dictionary<TKey, Waiting> dirty = [];

    // With the time since when.
    private readonly Dictionary<TKey, long> processing = [];
    private readonly Dictionary<TKey, int> failures = [];
    private readonly Dictionary<TKey, Delayed> delayed = [];

    private int depth;
    private long additions;

    /// <summary>How many keys could be taken now.</summary>
    public int Depth => Volatile.Read(ref depth);

    /// <summary>What there is to do and what is being done.</summary>
    public QueueLoad Load
    {
        get
        {
            lock (gate)
            {
                var running = processing.Values.Select(since => time.GetElapsedTime(since)).DefaultIfEmpty().ToList();
                return new(Depth, running.Aggregate((sum, next) => sum + next), running.Max());
            }
        }
    }

    /// <summary>Queues a key that has changed, unless it waits already.</summary>
    public void Add(TKey key) => Add(key, TimeSpan.Zero);

    /// <summary>Queues a key after a delay, unless it is taken before. Of several delays of one key the one that ends first counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key, Patience);
            return;
        }
        lock (gate)
        {
            // By the clock that nobody can set: a delay must not seem over because the date was put right.
            var due = time.GetTimestamp() + Ticks(delay);
            if (delayed.TryGetValue(key, out var earlier) && earlier.Due <= due)
                return;
            earlier?.Timer?.Dispose();
            var entry = new Delayed(due);
            delayed[key] = entry;
            // The timer outlives the reconcile that asks for it, and shall not keep what it logs under.
            using (ExecutionContext.SuppressFlow())
                entry.Timer = time.CreateTimer(_ => Expire(key, entry), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Counts a failure of a key and queues it after a delay that doubles with each failure in a row, without end.</summary>
    /// <param name="key">The key.</param>
    /// <param name="instead">A delay to use in place of the doubling one.</param>
    /// <param name="atMost">A bound on the doubling one, below its own.</param>
    /// <returns>The failures in a row, and the delay.</returns>
    public (int Failures, TimeSpan Wait) AddRateLimited(TKey key, TimeSpan? instead = null, TimeSpan? atMost = null)
    {
        int count;
        lock (gate)
            failures[key] = count = failures.GetValueOrDefault(key) + 1;
        var wait = backoff.Delay(count - 1);
        wait = instead ?? (wait > atMost ? atMost.Value : wait);
        AddAfter(key, wait);
        return (count, wait);
    }

    /// <summary>Forgets a key's failures: its next delay is the shortest again.</summary>
    public void Forget(TKey key)
    {
        lock (gate)
            failures.Remove(key);
    }

    /// <summary>
    /// Waits for a key and hands it out. Every key taken must be given to <see cref="Done"/>. A delay of the key ends here: whether
    /// it is to be looked at again is up to what comes of this look.
    /// </summary>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await ready.Reader.ReadAsync(cancellationToken);
            lock (gate)
            {
                // It stands in the queue a second time, further ahead, or did.
                if (!dirty.TryGetValue(next.Key, out var current) || !ReferenceEquals(current, next))
                    continue;
                dirty.Remove(next.Key);
                depth--;
                processing.Add(next.Key, time.GetTimestamp());
                if (delayed.Remove(next.Key, out var entry))
                    entry.Timer?.Dispose();
            }
            waited?.Invoke(time.GetElapsedTime(next.Since));
            return next.Key;
        }
    }

    /// <summary>Ends the work on a key, and queues it again if it was added meanwhile.</summary>
    public void Done(TKey key)
    {
        lock (gate)
        {
            processing.Remove(key);
            if (!dirty.TryGetValue(key, out var waiting))
                return;
            depth++;
            ready.Writer.TryWrite(waiting);
        }
    }

    private void Add(TKey key, TimeSpan patience)
    {
        bool isNew;
        lock (gate)
        {
            var now = time.GetTimestamp();
            var turn = now + Ticks(patience);
            isNew = !dirty.TryGetValue(key, out var known);
            if (known?.Turn <= turn)
                return;
            var waiting = new Waiting(key, known?.Since ?? now, turn, additions++);
            dirty[key] = waiting;
            if (!processing.ContainsKey(key))
            {
                depth += isNew ? 1 : 0;
                ready.Writer.TryWrite(waiting);
            }
        }
        if (isNew)
            added?.Invoke();
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private void Expire(TKey key, Delayed entry)
    {
        lock (gate)
        {
            if (!delayed.TryGetValue(key, out var current) || current != entry)
                return;
            delayed.Remove(key);
            entry.Timer?.Dispose();
        }
        Add(key, Patience);
    }

    /// <summary>A key in the queue.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Since">When it was queued.</param>
    /// <param name="Turn">Before whom it is taken: before all with a later turn.</param>
    /// <param name="Number">Of several with one turn, the first goes first.</param>
    private sealed record Waiting(TKey Key, long Since, long Turn, long Number)
    {
        public static IComparer<Waiting> Order { get; } =
            Comparer<Waiting>.Create((left, right) => (left.Turn, left.Number).CompareTo((right.Turn, right.Number)));
    }

    private sealed class Delayed(long due)
    {
        public long Due { get; } = due;

        public ITimer? Timer { get; set; }
    }
}
