namespace GreenOps.Server.Execution;

/// <summary>
/// How long a slot takes for a row, as a moving average over the latest runs, and what follows from it: how much may
/// wait and how long it will.
/// </summary>
/// <param name="slots">Slots that work side by side.</param>
/// <param name="patience">The longest that a request should wait.</param>
/// <param name="depth">Rows that may wait; 0 to let the patience decide.</param>
internal sealed class ServiceTime(int slots, TimeSpan patience, int depth)
{
    private const double Smoothing = 0.05;
    private const int MostWaiting = 4096;

    // What waits while a slot works is what keeps it working.
    private const int LeastWaitingPerSlot = 4;

    private double _secondsPerRow;

    /// <summary>Rows that may wait.</summary>
    public int Depth { get; private set; } = depth > 0 ? depth : MostWaiting;

    /// <summary>Notes a run.</summary>
    public void Note(TimeSpan elapsed, int rows)
    {
        var seconds = elapsed.TotalSeconds / rows;
        _secondsPerRow += _secondsPerRow == 0 ? seconds : Smoothing * (seconds - _secondsPerRow);
        if (depth == 0)
        {
            Depth = (int)Math.Clamp(patience.TotalSeconds * slots / Math.Max(_secondsPerRow, 1e-9), LeastWaitingPerSlot * slots, MostWaiting);
        }
    }

    /// <summary>How long it takes until so many rows have been served.</summary>
    public TimeSpan For(int rows) => TimeSpan.FromSeconds(_secondsPerRow * rows / slots);
}
