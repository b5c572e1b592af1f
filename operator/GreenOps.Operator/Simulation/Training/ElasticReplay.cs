using GreenOps.Decisions.Training;
using GreenOps.Operator.Simulation.Forecasts;

namespace GreenOps.Operator.Simulation.Training;

/// <summary>
/// Runs an elastic training from many starts by <see cref="ElasticPolicy"/>, decided anew every hour. It is compared with
/// one worker that starts at once and runs through, and with one that is suspended and resumed by perfect knowledge.
/// </summary>
/// <param name="replay">The intensities that come.</param>
/// <param name="forecast">What each hour foresees.</param>
/// <param name="job">The training.</param>
public sealed class ElasticReplay(CarbonReplay replay, IHourlyForecast forecast, ElasticJob job)
{
    /// <summary>Runs every start.</summary>
    /// <exception cref="SimulationInputException">The trace is too short.</exception>
    public TrainingResult Run()
    {
        var starts = StartHours.In(replay, job.WindowHours);
        var runs = starts.AsParallel().AsOrdered().Select(Run).ToList();
        var atOnce = runs.Sum(run => run.AtOnce);
        var emitted = runs.Sum(run => run.Emitted);
        var canPause = job.WindowHours >= job.WorkHours;
        return new TrainingResult(
            TrainingResult.Saving(emitted, atOnce),
            TrainingResult.Saving(runs.Sum(run => run.Optimum), atOnce),
            runs.Count(run => run.MissedDeadline),
            runs.Average(run => run.Resumes),
            runs.Sum(run => run.Energy) / (starts.Count * job.WorkHours),
            starts.Count)
        {
            NoPotentialStarts = runs.Count(run => run.NoPotential),
            SuspendResumeSavingPercent = canPause ? TrainingResult.Saving(runs.Sum(run => run.SuspendResume), atOnce) : null,
            SavingOverSuspendResumePercent = canPause ? TrainingResult.Saving(emitted, runs.Sum(run => run.SuspendResume)) : null,
            ChangesPerJob = runs.Average(run => run.Changes),
        };
    }

    private ElasticRun Run(int start)
    {
        var deadline = start + job.WindowHours;
        var run = new ElasticRun { AtOnce = replay.Sum(start, job.WorkHours) };
        double done = 0, promised = 0;
        var (workers, following) = (0, false);
        for (var hour = start; job.WorkHours - done > 1e-9 && hour < replay.Hours.Count; hour++)
        {
            var decision = ElasticPolicy.Decide(new ElasticInput(
                replay.Outlook(hour, forecast.At(hour, Math.Max(1, deadline - hour)), "Simulated"),
                replay.At(hour),
                replay.At(deadline),
                TimeSpan.FromHours(job.WorkHours - done),
                job.Curve,
                workers)
            {
                Following = following,
                MeasuredRatio = promised > 0 ? done / promised : 1,
                MinimumSavingPercent = job.MinimumSavingPercent,
            });
            run.NoPotential |= hour == start && decision.Reason == ShiftReason.NoPotential;
            run.Resumes += workers == 0 && decision.Workers > 0 && done > 0 ? 1 : 0;
            run.Changes += hour > start && decision.Workers != workers ? 1 : 0;
            (workers, following) = (decision.Workers, decision.Following);
            if (workers > 0)
            {
                var level = job.Curve.At(workers);
                var throughput = level.Throughput * (1 + job.ProfileError);
                var share = Math.Min(1, (job.WorkHours - done) / throughput);
                done += throughput * share;
                promised += level.Throughput * share;
                run.Energy += level.Power * share;
                run.Emitted += level.Power * share * replay.Hours[hour].Value;
            }

            run.MissedDeadline = hour >= deadline;
        }

        run.MissedDeadline |= job.WorkHours - done > 1e-9;
        var window = replay.Slice(start, job.WindowHours);
        run.Optimum = ElasticOptimum.Least(window, job.Curve, job.WorkHours / (1 + job.ProfileError));
        run.SuspendResume = window.Length >= job.WorkHours ? ShiftOracle.CheapestHours(window, job.WorkHours) : 0;
        return run;
    }

    private struct ElasticRun
    {
        public double Emitted;
        public double AtOnce;
        public double Optimum;
        public double SuspendResume;
        public double Energy;
        public int Resumes;
        public int Changes;
        public bool MissedDeadline;
        public bool NoPotential;
    }
}
