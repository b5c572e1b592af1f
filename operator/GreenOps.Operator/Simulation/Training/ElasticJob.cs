using GreenOps.Decisions.Training;

namespace GreenOps.Operator.Simulation.Training;

/// <summary>A training whose number of workers can change.</summary>
/// <param name="WorkHours">Hours that one worker needs.</param>
/// <param name="WindowHours">Hours from the start to the deadline.</param>
/// <param name="Curve">What numbers of workers are expected to do and take.</param>
public sealed record ElasticJob(int WorkHours, int WindowHours, ScalingCurve Curve)
{
    /// <summary>What workers do beyond what the curve says, as a share of it; negative where it promises too much.</summary>
    public double ProfileError { get; init; }

    /// <summary>Least predicted saving for which workers follow carbon, in percent.</summary>
    public double MinimumSavingPercent { get; init; } = 3;

    /// <summary>A training by what the command line says.</summary>
    /// <exception cref="SimulationInputException">A value is out of range, or the window too short for the fastest level.</exception>
    public static ElasticJob Create(int workHours, int windowHours, ScalingCurve curve, double profileError)
    {
        ArgumentNullException.ThrowIfNull(curve);
        var fastest = curve.Fastest;
        if (workHours < 1)
        {
            throw new SimulationInputException($"--work-hours is {workHours}; it must be at least 1.");
        }

        if (profileError is not (> -1 and <= 1))
        {
            throw new SimulationInputException(FormattableString.Invariant($"--profile-error is {profileError}; it must be above -1 and at most 1, such as -0.2 for workers that do a fifth less than the profile says."));
        }

        return windowHours * fastest.Throughput >= workHours
            ? new ElasticJob(workHours, windowHours, curve) { ProfileError = profileError }
            : throw new SimulationInputException(FormattableString.Invariant($"--window-hours is {windowHours}; {workHours} hours of work need {workHours / fastest.Throughput:0.0} even with {fastest.Workers} workers. Give a longer window, or more workers by --max-workers."));
    }
}
