namespace GreenOps.Operator.Simulation.Training;

/// <summary>The hours of a trace in which a simulated training starts.</summary>
public static class StartHours
{
    // Six weeks of history before the first start; then every time of day in turn, since 5 and 24 have no common divisor.
    private const int First = 45 * 24;
    private const int Distance = 5;

    // What the longest window needs after its start, kept free for every window so that all have the same starts.
    private const int Last = 144;

    /// <summary>The hours.</summary>
    /// <param name="replay">The trace.</param>
    /// <param name="windowHours">Hours from a start to its deadline.</param>
    /// <exception cref="SimulationInputException">The trace is too short for a start.</exception>
    public static IReadOnlyList<int> In(CarbonReplay replay, int windowHours)
    {
        ArgumentNullException.ThrowIfNull(replay);
        var end = replay.Hours.Count - Math.Max(windowHours, Last);
        return end > First
            ? [.. Enumerable.Range(0, (end - First + Distance - 1) / Distance).Select(index => First + (index * Distance))]
            : throw new SimulationInputException($"{replay.Path} has {replay.Hours.Count} hours; at least {First + Math.Max(windowHours, Last) + 1} are needed: {First / 24} days of history before the first start and {Math.Max(windowHours, Last)} hours after it.");
    }
}
