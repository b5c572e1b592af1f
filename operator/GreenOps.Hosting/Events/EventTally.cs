namespace GreenOps.Hosting;

/// <summary>How often one event has happened, and when it was last written. Safe for use from any thread.</summary>
internal sealed class EventTally(DateTimeOffset first)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private DateTimeOffset? written;
    private int count;

    /// <summary>When it happened first.</summary>
    public DateTimeOffset First { get; } = first;

    /// <summary>When it happened last.</summary>
    public DateTimeOffset Last { get; private set; } = first;

    /// <summary>Counts one more.</summary>
    /// <returns>The count to write now, or null when the last write is too recent.</returns>
    public int? Count(DateTimeOffset now)
    {
        lock (gate)
        {
            count++;
            Last = now;
            if (now - written < Quiet)
                return null;
            written = now;
            return count;
        }
    }
}
