namespace GreenOps.Server.Routing;

/// <summary>What the server is able and willing to do now; the one place where requests and reloads meet.</summary>
internal sealed class ServingState : IDisposable
{
    private volatile ServingTable? _table;
    private volatile string? _loadFault;
    private volatile bool _draining;

    /// <summary>Whether the server is on its way out: it still serves, and wants no new traffic.</summary>
    public bool Draining => _draining;

    /// <summary>Why the server wants no traffic, as a sentence; null when it wants some.</summary>
    public string? NotReadyReason =>
        _draining ? "The server is draining before it stops."
        : _table is not null ? null
        : _loadFault is { } fault ? $"No model is loaded: {fault}"
        : "The model is still loading.";

    /// <summary>The table now in force, for one request; null when none is. Dispose the lease when the answer is written.</summary>
    public TableLease? Acquire()
    {
        while (_table is { } table)
        {
            // A table that can no longer be taken has been replaced in between.
            if (table.Users.TryAdd())
            {
                return new TableLease(table);
            }
        }

        return null;
    }

    /// <summary>Puts a table in force; the one before ends with its last request.</summary>
    public void Replace(ServingTable table)
    {
        _loadFault = null;
        Interlocked.Exchange(ref _table, table)?.Users.Release();
    }

    /// <summary>Takes the table out of force; it ends with its last request.</summary>
    /// <param name="reason">Why nothing is served any more, as a sentence.</param>
    public void Clear(string reason)
    {
        _loadFault = reason;
        Interlocked.Exchange(ref _table, null)?.Users.Release();
    }

    /// <summary>Says why the latest attempt to load gave no table; matters only while there is none.</summary>
    public void ReportLoadFault(string sentence) => _loadFault = sentence;

    /// <summary>Makes the server unready for good.</summary>
    public void BeginDrain() => _draining = true;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _table, null)?.Users.Release();
}

/// <summary>The use of a table by one request.</summary>
internal sealed class TableLease(ServingTable table) : IDisposable
{
    /// <summary>The table.</summary>
    public ServingTable Table => table;

    /// <summary>Ends the use.</summary>
    public void Dispose() => table.Users.Release();
}
