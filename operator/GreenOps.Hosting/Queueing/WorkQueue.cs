using System.Threading.Channels;

namespace GreenOps.Hosting;

/// <summary>
/// A queue of keys after client-go's work queue. A key that waits is queued once however often it is added; a key added while it
/// is being worked on is queued again when that ends, so no two workers ever hold the same key and no change is lost.
/// Safe for use from any thread.
/// </summary>
internal sealed class WorkQueue<TKey>(TimeProvider time, Backoff backoff)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Channel<TKey> ready = Channel.CreateUnbounded<TKey>();
    private readonly HashSet<TKey> dirty = [];
    private readonly HashSet<TKey> processing = [];
    private readonly Dictionary<TKey, int> failures = [];
    private readonly Dictionary<TKey, Delayed> delayed = [];

    /// <summary>How many keys could be taken now.</summary>
    public int Depth => ready.Reader.Count;

    /// <summary>Queues a key, unless it waits already.</summary>
    public void Add(TKey key)
    {
        lock (gate)
        {
            if (dirty.Add(key) && !processing.Contains(key))
                ready.Writer.TryWrite(key);
        }
    }

    /// <summary>Queues a key after a delay. Of several delays of one key the one that ends first counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }
        lock (gate)
        {
            var due = time.GetUtcNow() + delay;
            if (delayed.TryGetValue(key, out var earlier))
            {
                if (earlier.Due <= due)
                    return;
                earlier.Timer?.Dispose();
            }
            var entry = new Delayed(due);
            delayed[key] = entry;
            entry.Timer = time.CreateTimer(_ => Expire(key, entry), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Counts a failure of a key and queues it after a delay that doubles with each failure in a row, without end.</summary>
    /// <param name="key">The key.</param>
    /// <param name="instead">A delay to use in place of the doubling one.</param>
    /// <returns>The failures in a row, and the delay.</returns>
    public (int Failures, TimeSpan Wait) AddRateLimited(TKey key, TimeSpan? instead = null)
    {
        int count;
        lock (gate)
            failures[key] = count = failures.GetValueOrDefault(key) + 1;
        var wait = instead ?? backoff.Delay(count - 1);
        AddAfter(key, wait);
        return (count, wait);
    }

    /// <summary>Forgets a key's failures: its next delay is the shortest again.</summary>
    public void Forget(TKey key)
    {
        lock (gate)
            failures.Remove(key);
    }

    /// <summary>Waits for a key and hands it out. Every key taken must be given to <see cref="Done"/>.</summary>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        var key = await ready.Reader.ReadAsync(cancellationToken);
        lock (gate)
        {
            dirty.Remove(key);
            processing.Add(key);
        }
        return key;
    }

    /// <summary>Ends the work on a key, and queues it again if it was added meanwhile.</summary>
    public void Done(TKey key)
    {
        lock (gate)
        {
            processing.Remove(key);
            if (dirty.Contains(key))
                ready.Writer.TryWrite(key);
        }
    }

    private void Expire(TKey key, Delayed entry)
    {
        lock (gate)
        {
            if (!delayed.TryGetValue(key, out var current) || current != entry)
                return;
            delayed.Remove(key);
            entry.Timer?.Dispose();
        }
        Add(key);
    }

    private sealed class Delayed(DateTimeOffset due)
    {
        public DateTimeOffset Due { get; } = due;

        public ITimer? Timer { get; set; }
    }
}
