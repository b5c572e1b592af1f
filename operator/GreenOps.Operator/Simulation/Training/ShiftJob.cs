namespace GreenOps.Operator.Simulation.Training;

/// <summary>A training that can be moved.</summary>
/// <param name="WorkHours">Hours it runs; at least 1.</param>
/// <param name="SlackHours">Hours it may wait; at least 0.</param>
/// <param name="Interruptible">Whether it may pause.</param>
public sealed record ShiftJob(int WorkHours, int SlackHours, bool Interruptible)
{
    /// <summary>Hours from the start to the deadline.</summary>
    public int WindowHours => WorkHours + SlackHours;

    /// <summary>A training by what the command line says.</summary>
    /// <exception cref="SimulationInputException">A value is missing or out of range.</exception>
    public static ShiftJob Create(int workHours, int? slackHours, bool interruptible)
    {
        if (workHours < 1)
        {
            throw new SimulationInputException($"--work-hours is {workHours}; it must be at least 1.");
        }

        return slackHours switch
        {
            null => throw new SimulationInputException("--slack-hours is missing; say how many hours the training may wait."),
            < 0 => throw new SimulationInputException($"--slack-hours is {slackHours}; it must be at least 0."),
            { } slack => new ShiftJob(workHours, slack, interruptible),
        };
    }
}
