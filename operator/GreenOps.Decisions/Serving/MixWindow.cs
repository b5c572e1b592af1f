namespace GreenOps.Decisions.Serving;

/// <summary>Progress of the window over which mean accuracy must hold the floor.</summary>
/// <param name="Length">Length of the window; positive.</param>
/// <param name="Elapsed">Time since the window began; a window that has elapsed counts as a new one.</param>
/// <param name="SeenRequests">Requests served since it began.</param>
/// <param name="SpentRequests">Those of them that a variant below the floor served.</param>
public sealed record MixWindow(TimeSpan Length, TimeSpan Elapsed, double SeenRequests, double SpentRequests)
{
    /// <summary>Length of the window.</summary>
    public TimeSpan Length { get; } = Quantity.RequirePositive(Length, "length of the accuracy window");
}
