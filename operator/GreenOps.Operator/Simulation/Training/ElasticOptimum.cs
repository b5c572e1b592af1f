using GreenOps.Decisions;
using GreenOps.Decisions.Training;

namespace GreenOps.Operator.Simulation.Training;

/// <summary>
/// The least that an elastic training could have emitted, had everything been known and could workers come and go within
/// the hour: each hour's hull, cut into its steps, all of them filled from the cheapest on.
/// </summary>
internal static class ElasticOptimum
{
    public static double Least(ReadOnlySpan<GramsPerKilowattHour> window, ScalingCurve curve, double work)
    {
        var hull = curve.Hull;
        var steps = hull.Count - 1;
        var (prices, amounts) = (new double[window.Length * steps], new double[window.Length * steps]);
        for (var hour = 0; hour < window.Length; hour++)
        {
            for (var step = 0; step < steps; step++)
            {
                var (from, to) = (hull[step], hull[step + 1]);
                var amount = to.Throughput - from.Throughput;
                prices[(hour * steps) + step] = window[hour].Value * (to.Power - from.Power) / amount;
                amounts[(hour * steps) + step] = amount;
            }
        }

        Array.Sort(prices, amounts);
        double least = 0;
        for (var i = 0; i < prices.Length && work > 0; i++)
        {
            least += prices[i] * Math.Min(work, amounts[i]);
            work -= amounts[i];
        }

        return least;
    }
}
