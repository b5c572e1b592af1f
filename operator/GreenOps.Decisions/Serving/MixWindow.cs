namespace GreenOps.Decisions.Serving;

/// <summary>Progress of the window over which mean accuracy must hold the floor.</summary>
/// <param name="Length">Length of the window; positive.</param>
/// <param name="Elapsed">Time since the window began; a window that has elapsed counts as a new one.</param>
/// <param name="SeenRequests">Requests served since it began.</param>
/// <param name="SpentRequests">Those of them that a variant below the floor served.</param>
public readonly record struct MixWindow(TimeSpan Length, TimeSpan Elapsed, double SeenRequests, double SpentRequests)
{
    /// <summary>Length of the window.</summary>
    public TimeSpan Length { get; } = Quantity.RequirePositive(Length, "length of the accuracy window");

    /// <summary>The window that runs at this moment: this one, or the one after it.</summary>
    internal MixWindow Running => Elapsed >= Length || Elapsed < TimeSpan.Zero ? new MixWindow(Length, TimeSpan.Zero, 0, 0) : this;
}
