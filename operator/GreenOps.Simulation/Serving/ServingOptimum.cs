using Google.OrTools.LinearSolver;
using GreenOps.Decisions;
using GreenOps.Decisions.Serving;

namespace GreenOps.Simulation.Serving;

/// <summary>
/// The least that the requests could have emitted had load and carbon been known: a linear program a window, solved by GLOP
/// (OR-Tools). Variables are the requests of each hour that each variant answers; every request is answered, and the mean
/// accuracy of the window holds the floor.
/// </summary>
internal static class ServingOptimum
{
    private const string SolverName = "GLOP";

    /// <summary>The emissions of the optimum, each request with its share of idle power at the target utilization.</summary>
    /// <param name="task">The task.</param>
    /// <param name="requests">Requests by hour.</param>
    public static Grams Of(ServingTask task, IReadOnlyList<double> requests)
    {
        var variants = task.Variants.Select(variant => variant.ForMix(task.Fleet)).ToArray();
        // Where no mix holds the floor, the best that can be had is the most accurate variant.
        var floor = Math.Min(task.AccuracyFloor, variants.Max(variant => variant.Accuracy));
        double grams = 0;
        for (var window = 0; window < task.Windows; window++)
        {
            grams += OfWindow(task, variants, floor, requests, window * task.WindowHours);
        }

        return new Grams(grams);
    }

    private static double OfWindow(ServingTask task, MixVariant[] variants, double floor, IReadOnlyList<double> requests, int first)
    {
        var total = Enumerable.Range(first, task.WindowHours).Sum(hour => requests[hour]);
        if (total <= 0)
        {
            return 0;
        }

        using var solver = Solver.CreateSolver(SolverName);
        using var objective = solver.Objective();
        objective.SetMinimization();
        // Shares of the window's requests in place of their number keep the program's figures near 1.
        using var accuracy = solver.MakeConstraint(0, double.PositiveInfinity);
        for (var hour = first; hour < first + task.WindowHours; hour++)
        {
            var part = requests[hour] / total;
            using var all = solver.MakeConstraint(part, part);
            foreach (var variant in variants)
            {
                var share = solver.MakeNumVar(0, part, "");
                all.SetCoefficient(share, 1);
                accuracy.SetCoefficient(share, variant.Accuracy - floor);
                objective.SetCoefficient(share, (variant.JoulesPerRequest * task.Carbon.Hours[hour]).Value * total);
            }
        }

        var status = solver.Solve();
        return status == Solver.ResultStatus.OPTIMAL
            ? objective.Value()
            : throw new InvalidOperationException($"The linear program of the window at hour {first} ended as {status}.");
    }
}
