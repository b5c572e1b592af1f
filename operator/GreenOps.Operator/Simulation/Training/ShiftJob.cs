namespace GreenOps.Operator.Simulation.Training;

/// <summary>A training that can be moved.</summary>
/// <param name="WorkHours">Hours it runs; at least 1.</param>
/// <param name="SlackHours">Hours it may wait; at least 0.</param>
/// <param name="Interruptible">Whether it may pause.</param>
public sealed record ShiftJob(int WorkHours, int SlackHours, bool Interruptible)
{
    /// <summary>Least predicted saving for which it waits, in percent.</summary>
    public double MinimumSavingPercent { get; init; } = 3;

    /// <summary>How much cleaner other hours must be for it to pause, in percent.</summary>
    public double KeepRunningPercent { get; init; } = 3;

    /// <summary>Hours from the start to the deadline.</summary>
    public int WindowHours => WorkHours + SlackHours;

    /// <summary>A training by what the command line says.</summary>
    /// <exception cref="SimulationInputException">A value is out of range.</exception>
    public static ShiftJob Create(int workHours, int slackHours, bool interruptible)
    {
        if (workHours < 1)
        {
            throw new SimulationInputException($"--work-hours is {workHours}; it must be at least 1.");
        }

        return slackHours >= 0
            ? new ShiftJob(workHours, slackHours, interruptible)
            : throw new SimulationInputException($"The slack is {slackHours} hours; it must be at least 0. Give a --slack-hours of at least 0, or a --window-hours of at least --work-hours.");
    }
}
