using GreenOps.Decisions;
using GreenOps.Decisions.Emissions;
using GreenOps.Simulation.Variants;

namespace GreenOps.Simulation.Serving;

/// <summary>Serves a recorded load under a policy, and keeps its books as the operator does: energy times intensity, hour by hour.</summary>
/// <param name="task">The task.</param>
/// <param name="low">The cheaper variant that serves.</param>
/// <param name="high">The more accurate one.</param>
internal sealed class ServingReplay(ServingTask task, SimulatedVariant low, SimulatedVariant high)
{
    // Covers the rounding of sums, so that a mean of exactly the floor holds it.
    private const double Rounding = 1e-9;

    private readonly double lowJoules = low.ForMix(task.Fleet).JoulesPerRequest.Value;
    private readonly double highJoules = high.ForMix(task.Fleet).JoulesPerRequest.Value;

    /// <summary>Serves the whole trace.</summary>
    /// <param name="policy">What decides.</param>
    /// <param name="watch">Told of every step; null when nobody looks.</param>
    public ServingTotals Run(IServingPolicy policy, Action<ServingObservation>? watch = null)
    {
        var step = task.Requests.Step;
        var stepsPerHour = (int)(TimeSpan.FromHours(1) / step);
        var first = Work(task.Requests.At(task.Carbon.Start), 0);
        Replicas replicas = new(task.Fleet, Math.Clamp((int)Math.Ceiling(first / task.Fleet.TargetUtilization), Math.Max(1, task.Fleet.Minimum), task.Fleet.Maximum));
        Tally tally = new(task);
        double share = 0;
        for (var hour = 0; hour < task.Hours; hour++)
        {
            for (var index = 0; index < stepsPerHour; index++)
            {
                var now = task.Carbon.At(hour) + (step * index);
                var rate = task.Requests.At(now);
                replicas.Advance(now);
                var elapsed = TimeSpan.FromHours(hour % task.WindowHours) + (step * index);
                ServingMoment moment = new(hour, now, elapsed, rate, replicas.Asked, replicas.Ready, Utilization(Work(rate, share), replicas.Ready));
                var decided = policy.Decide(moment);
                share = decided.LowShare;
                replicas.Ask(decided.Replicas, now);
                var requests = rate * step.TotalSeconds;
                var work = Work(rate, share);
                Use use = new(
                    requests,
                    requests * share,
                    requests * ((low.JoulesPerRequest.Value * share) + (high.JoulesPerRequest.Value * (1 - share))),
                    task.Fleet.IdleWatts * Math.Max(0, replicas.Ready - work) * step.TotalSeconds,
                    requests * ((lowJoules * share) + (highJoules * (1 - share))),
                    work > replicas.Ready ? requests * (1 - (replicas.Ready / work)) : 0,
                    replicas.Ready);
                tally.Add(use);
                policy.Served(moment, requests, requests * share, elapsed + step >= TimeSpan.FromHours(task.WindowHours));
                watch?.Invoke(new ServingObservation(now, rate, share, replicas.Ready));
            }

            tally.CloseHour(hour, (hour + 1) % task.WindowHours == 0, Accuracy);
        }

        return tally.Totals(stepsPerHour);
    }

    private double Accuracy(double requests, double lowRequests) =>
        requests > 0 ? ((low.Accuracy * lowRequests) + (high.Accuracy * (requests - lowRequests))) / requests : high.Accuracy;

    /// <summary>Replicas' worth of work.</summary>
    private double Work(double rate, double lowShare) => rate * ((low.BusySeconds * lowShare) + (high.BusySeconds * (1 - lowShare)));

    private static double Utilization(double work, int ready) => ready > 0 ? work / ready : work > 0 ? double.MaxValue : 0;

    private readonly record struct Use(
        double Requests, double Low, double BusyJoules, double IdleJoules, double MixJoules, double Late, int Ready);

    private sealed class Tally(ServingTask task)
    {
        private readonly double[] hourly = new double[task.Hours];
        private EmissionsLedger ledger = EmissionsLedger.Empty(task.Carbon.Series.Signal);
        private EmissionsLedger mixLedger = EmissionsLedger.Empty(task.Carbon.Series.Signal);
        private Use hour;
        private double requests;
        private double lowRequests;
        private double late;
        private double replicaSteps;
        private double windowRequests;
        private double windowLow;
        private double accuracySum;
        private int below;

        public void Add(in Use use) => hour = new Use(
            hour.Requests + use.Requests,
            hour.Low + use.Low,
            hour.BusyJoules + use.BusyJoules,
            hour.IdleJoules + use.IdleJoules,
            hour.MixJoules + use.MixJoules,
            hour.Late + use.Late,
            hour.Ready + use.Ready);

        public void CloseHour(int index, bool endsWindow, Func<double, double, double> accuracy)
        {
            var (signal, intensity) = (task.Carbon.Series.Signal, task.Carbon.Hours[index]);
            ledger = EmissionsLedger.Accrue(ledger, new Joules(hour.BusyJoules + hour.IdleJoules), signal, intensity);
            mixLedger = EmissionsLedger.Accrue(mixLedger, new Joules(hour.MixJoules), signal, intensity);
            hourly[index] = hour.Requests;
            (requests, lowRequests, late, replicaSteps) = (requests + hour.Requests, lowRequests + hour.Low, late + hour.Late, replicaSteps + hour.Ready);
            (windowRequests, windowLow, hour) = (windowRequests + hour.Requests, windowLow + hour.Low, default);
            if (endsWindow)
            {
                var mean = accuracy(windowRequests, windowLow);
                below += mean < task.AccuracyFloor - Rounding ? 1 : 0;
                accuracySum += mean * windowRequests;
                (windowRequests, windowLow) = (0, 0);
            }
        }

        public ServingTotals Totals(int stepsPerHour) => new(
            ledger.Energy,
            ledger.Emissions,
            mixLedger.Emissions,
            requests,
            requests > 0 ? accuracySum / requests : 0,
            below,
            requests > 0 ? 100 * late / requests : 0,
            replicaSteps / (task.Hours * (double)stepsPerHour),
            hourly);
    }
}
