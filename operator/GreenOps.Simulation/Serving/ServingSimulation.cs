using GreenOps.Decisions.Emissions;

namespace GreenOps.Simulation.Serving;

/// <summary>Serves one task by the operator's plan and by what it is compared with.</summary>
internal static class ServingSimulation
{
    // Below this, what timing could gain is the rounding of sums.
    private const double LeastGain = 1e-9;

    /// <summary>Runs all of it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="watch">Told of every step of the operator's plan; null when nobody looks.</param>
    public static ServingResult Run(ServingTask task, Action<ServingObservation>? watch = null)
    {
        var (low, high) = (task.Variant(task.Pair.Low.Name), task.Variant(task.Pair.High.Name));
        var quota = task.Pair.Settled is null ? task.Pair.Quota : 1;
        var best = new ServingReplay(task, task.Best, task.Best);
        var runs = new Func<ServingTotals>[]
        {
            () => new ServingReplay(task, low, high).Run(new CarbonAwarePolicy(task), watch),
            () => new ServingReplay(task, low, high).Run(new ConstantPolicy(task, quota, null)),
            () => best.Run(new ConstantPolicy(task, 1, null)),
            () => best.Run(new ConstantPolicy(task, 1, PeakReplicas(task))),
        }.AsParallel().AsOrdered().Select(run => run()).ToArray();
        var (plan, constant, utilization, fixedNumber) = (runs[0], runs[1], runs[2], runs[3]);
        var optimum = ServingOptimum.Of(task, plan.RequestsByHour);
        var possible = constant.MixEmissions.Value - optimum.Value;
        return new ServingResult
        {
            GramsPer1000Requests = plan.GramsPer1000Requests,
            Baselines = new ServingBaselines(fixedNumber.GramsPer1000Requests, utilization.GramsPer1000Requests, constant.GramsPer1000Requests),
            Optimum = plan.Per1000(optimum),
            FractionOfOptimum = possible > LeastGain * constant.MixEmissions.Value
                ? (constant.MixEmissions.Value - plan.MixEmissions.Value) / possible
                : 1,
            GainOfOptimumPercent = constant.MixEmissions.Value > 0 ? 100 * Math.Max(0, possible) / constant.MixEmissions.Value : 0,
            MeanAccuracy = plan.MeanAccuracy,
            Windows = task.Windows,
            WindowsBelowFloor = plan.WindowsBelowFloor,
            SloViolationPercent = plan.LatePercent,
            CarbonBlindSloViolationPercent = constant.LatePercent,
            MeanReplicas = plan.MeanReplicas,
            Requests = plan.Requests,
            EnergyJoules = plan.Energy.Value,
            GramsCO2e = plan.Emissions.Value,
            AvoidedGramsCO2e = Avoided(plan, fixedNumber, utilization, constant),
        };
    }

    private static SortedDictionary<string, double> Avoided(
        ServingTotals plan, ServingTotals fixedNumber, ServingTotals utilization, ServingTotals constant) => new(StringComparer.Ordinal)
        {
            [AvoidedEmissions.StaticFleet] = (fixedNumber.Emissions - plan.Emissions).Value,
            [AvoidedEmissions.UtilizationOnly] = (utilization.Emissions - plan.Emissions).Value,
            [AvoidedEmissions.ConstantMix] = (constant.Emissions - plan.Emissions).Value,
        };

    /// <summary>Replicas that carry the highest load at the target utilization, all the time.</summary>
    private static int PeakReplicas(ServingTask task)
    {
        var peak = Enumerable.Range(0, task.Hours)
            .SelectMany(hour => Enumerable.Range(0, 60).Select(minute => task.Requests.At(task.Carbon.At(hour).AddMinutes(minute))))
            .Max();
        return Math.Clamp((int)Math.Ceiling(peak * task.Best.BusySeconds / task.Fleet.TargetUtilization), Math.Max(1, task.Fleet.Minimum), task.Fleet.Maximum);
    }
}
