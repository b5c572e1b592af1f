using GreenOps.Decisions.Training;
using GreenOps.Operator.Simulation.Forecasts;

namespace GreenOps.Operator.Simulation.Training;

/// <summary>Runs a training from many starts by <see cref="ShiftPolicy"/>, decided anew every hour.</summary>
/// <param name="replay">The intensities that come.</param>
/// <param name="forecast">What each hour foresees.</param>
/// <param name="job">The training.</param>
public sealed class ShiftReplay(CarbonReplay replay, IHourlyForecast forecast, ShiftJob job)
{
    /// <summary>Runs every start.</summary>
    /// <exception cref="SimulationInputException">The trace is too short.</exception>
    public TrainingResult Run()
    {
        var starts = StartHours.In(replay, job.WindowHours);
        var runs = starts.AsParallel().AsOrdered().Select(Run).ToList();
        var atOnce = runs.Sum(run => run.AtOnce);
        return new TrainingResult(
            TrainingResult.Saving(runs.Sum(run => run.Emitted), atOnce),
            TrainingResult.Saving(runs.Sum(run => run.Oracle), atOnce),
            runs.Count(run => run.MissedDeadline),
            runs.Average(run => run.Resumes),
            EnergyRatio: 1,
            starts.Count)
        {
            NoPotentialStarts = runs.Count(run => run.NoPotential),
        };
    }

    private ShiftRun Run(int start)
    {
        var deadline = start + job.WindowHours;
        double emitted = 0;
        var (left, running, resumes, hour, noPotential) = (job.WorkHours, false, 0, start, false);
        for (; left > 0; hour++)
        {
            var wasRunning = running;
            var decision = Decide(hour, left, deadline, running, waiting: hour > start && !running);
            noPotential |= hour == start && decision.Reason == ShiftReason.NoPotential;
            running = decision.Action == ShiftAction.Run;
            if (running)
            {
                emitted += replay.Hours[hour].Value;
                resumes += !wasRunning && left < job.WorkHours ? 1 : 0;
                left--;
            }
        }

        return new ShiftRun(
            emitted,
            replay.Sum(start, job.WorkHours),
            ShiftOracle.Least(replay.Slice(start, job.WindowHours), job),
            resumes,
            hour > deadline,
            noPotential);
    }

    private ShiftDecision Decide(int hour, int left, int deadline, bool running, bool waiting) =>
        ShiftPolicy.Decide(new ShiftInput(
            replay.Outlook(hour, forecast.At(hour, deadline - hour), "Simulated"),
            replay.At(hour),
            replay.At(deadline),
            TimeSpan.FromHours(left),
            job.Interruptible,
            running)
        {
            // Replayed work takes as long as it is expected to and starts on the hour: no time need be kept free.
            Guard = TimeSpan.Zero,
            Waiting = waiting,
            MinimumSavingPercent = job.MinimumSavingPercent,
            KeepRunningPercent = job.KeepRunningPercent,
        });

    private readonly record struct ShiftRun(double Emitted, double AtOnce, double Oracle, int Resumes, bool MissedDeadline, bool NoPotential);
}
