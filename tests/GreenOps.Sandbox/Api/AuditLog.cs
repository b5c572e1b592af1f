using GreenOps.Sandbox.Api.Objects;

namespace GreenOps.Sandbox.Api;

/// <summary>
/// Counts the write requests that clients made, dry runs included, and keeps the latest, so that a test can say
/// "steady state makes no writes". What the server changes by itself (garbage collection) is not counted.
/// </summary>
public sealed class AuditLog : IDisposable
{
    private const int Kept = 1_000;
    private readonly Lock gate = new();
    private readonly Queue<AuditEntry> entries = new();
    private readonly StreamWriter? file;
    private long writes;

    /// <summary>Starts a log.</summary>
    /// <param name="path">A file that gets every request, reads too, as one line of JSON; null for none.</param>
    internal AuditLog(string? path)
    {
        // Whoever reads the file while the server runs sees whole lines.
        if (path is not null) file = new StreamWriter(path) { AutoFlush = true, NewLine = "\n" };
    }

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

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (gate) file?.Dispose();
    }

    internal void Add(AuditEntry entry)
    {
        lock (gate)
        {
            if (file?.BaseStream is { CanWrite: true }) file.WriteLine(entry.ToAuditEvent().ToText());
            if (entry.Method is "GET" or "HEAD" or "OPTIONS") return;
            writes++;
            entries.Enqueue(entry);
            if (entries.Count > Kept) entries.Dequeue();
        }
    }
}
