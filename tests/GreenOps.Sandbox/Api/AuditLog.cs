namespace GreenOps.Sandbox.Api;

/// <summary>One answered write request.</summary>
/// <param name="Method">The HTTP method: POST, PUT, PATCH or DELETE.</param>
/// <param name="Path">The request path without its query.</param>
/// <param name="UserAgent">The client's User-Agent header; empty when it sent none.</param>
/// <param name="Status">The HTTP status code of the answer.</param>
/// <param name="At">When the answer was given.</param>
public sealed record AuditEntry(string Method, string Path, string UserAgent, int Status, DateTimeOffset At);

/// <summary>
/// Counts the write requests that clients made, dry runs included, and keeps the latest, so that a test can say
/// "steady state makes no writes". What the server changes by itself (garbage collection) is not counted.
/// </summary>
public sealed class AuditLog
{
    private const int Kept = 1_000;
    private readonly Lock gate = new();
    private readonly Queue<AuditEntry> entries = new();
    private long writes;

    /// <summary>How many write requests were answered since the server started.</summary>
    public long Writes => Interlocked.Read(ref writes);

    /// <summary>The latest write requests, oldest first; at most 1,000.</summary>
    public IReadOnlyList<AuditEntry> Recent
    {
        get
        {
            lock (gate) return [.. entries];
        }
    }

    internal void Add(AuditEntry entry)
    {
        lock (gate)
        {
            writes++;
            entries.Enqueue(entry);
            if (entries.Count > Kept) entries.Dequeue();
        }
    }
}
