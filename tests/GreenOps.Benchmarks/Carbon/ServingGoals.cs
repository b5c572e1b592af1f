using GreenOps.Operator.Simulation;
using GreenOps.Operator.Simulation.Forecasts;
using GreenOps.Simulation.Requests;
using GreenOps.Simulation.Serving;
using GreenOps.Simulation.Variants;

namespace GreenOps.Benchmarks.Carbon;

/// <summary>What the serving plan reaches over measured loads and traces, with the example's variants.</summary>
internal sealed class ServingGoals(CarbonData data, IReadOnlyList<MeasuredTrace> traces)
{
    private const int WindowHours = 24;

    private static readonly double[] Floors = [0.893, 0.88];

    public IEnumerable<CarbonGoal> Measure() =>
        from load in CarbonData.Loads
        from trace in traces
        from floor in Floors
        from goal in Measure(load, trace, floor)
        select goal;

    private IEnumerable<CarbonGoal> Measure(string load, MeasuredTrace trace, double floor)
    {
        var result = Run(load, CarbonReplay.Read(trace.Path), floor);
        var name = FormattableString.Invariant($"serving, {load}, {Path.GetFileNameWithoutExtension(trace.Path)}, floor {floor}");
        yield return CarbonGoal.AtLeast($"{name}: share of the optimum's gain", result.FractionOfOptimum, 0.75);
        yield return new CarbonGoal(
            $"{name}: windows below",
            FormattableString.Invariant($"{result.WindowsBelowFloor} of {result.Windows}"),
            "at most 1 in 100",
            result.WindowsBelowFloor * 100 <= result.Windows);
        yield return new CarbonGoal(
            $"{name}: late requests",
            FormattableString.Invariant($"{result.SloViolationPercent:0.000} %, blind {result.CarbonBlindSloViolationPercent:0.000} %"),
            "at most blind + 0.05",
            result.SloViolationPercent <= result.CarbonBlindSloViolationPercent + 0.05);
    }

    private ServingResult Run(string load, CarbonReplay carbon, double floor)
    {
        var set = VariantFile.Example();
        return ServingSimulation.Run(new ServingTask(
            carbon,
            new ForecastChoice(ForecastKind.Blend).Over(carbon, 1, WindowHours),
            RequestReplay.Read(data.Load(load), carbon.Start, carbon.At(carbon.Hours.Count)),
            set.Variants,
            set.Fleet,
            floor,
            WindowHours).Checked());
    }
}
