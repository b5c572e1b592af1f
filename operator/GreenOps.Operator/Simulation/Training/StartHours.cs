namespace GreenOps.Operator.Simulation.Training;

/// <summary>The hours of a trace in which a simulated training starts.</summary>
public static class StartHours
{
    // Six weeks of history before the first start; then every time of day in turn, since 5 and 24 have no common divisor.
    private const int First = 45 * 24;
    private const int Distance = 5;

    // A plan of workers is dearer to make; 53 and 24 have no common divisor either.
    private const int ElasticDistance = 53;

    // What the longest window needs after its start, kept free for every window so that all have the same starts.
    private const int Last = 144;

    /// <summary>The hours, five apart.</summary>
    /// <param name="replay">The trace.</param>
    /// <param name="windowHours">Hours from a start to its deadline.</param>
    /// <exception cref="SimulationInputException">The trace is too short for a start.</exception>
    public static IReadOnlyList<int> In(CarbonReplay replay, int windowHours) => Every(Distance, replay, windowHours);

    /// <summary>The hours of trainings that change their workers, 53 apart.</summary>
    /// <inheritdoc cref="In"/>
    public static IReadOnlyList<int> OfElastic(CarbonReplay replay, int windowHours) => Every(ElasticDistance, replay, windowHours);

    private static List<int> Every(int distance, CarbonReplay replay, int windowHours)
    {
        ArgumentNullException.ThrowIfNull(replay);
        var end = replay.Hours.Count - Math.Max(windowHours, Last);
        return end > First
            ? [.. Enumerable.Range(0, (end - First + distance - 1) / distance).Select(index => First + (index * distance))]
            : throw new SimulationInputException($"{replay.Path} has {replay.Hours.Count} hours; at least {First + Math.Max(windowHours, Last) + 1} are needed: {First / 24} days of history before the first start and {Math.Max(windowHours, Last)} hours after it.");
    }
}
