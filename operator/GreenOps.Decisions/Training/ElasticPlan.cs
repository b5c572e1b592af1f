using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Training;

/// <summary>A level for every slot of a window, and what following it emits.</summary>
internal sealed class ElasticPlan
{
    private readonly int[] corners;

    private ElasticPlan(int[] corners, double cost) => (this.corners, Cost) = (corners, cost);

    /// <summary>Intensity times power times hours; of the slot that was taken last only what is needed counts.</summary>
    public double Cost { get; }

    /// <summary>Corner of the curve's hull at which a slot runs.</summary>
    public int CornerAt(int slot) => corners[slot];

    /// <summary>
    /// The cheapest plan: the steps from corner to corner of the hull, over all slots, are taken in order of what they emit
    /// per work until the work is covered. On a convex curve this greedy choice is the optimum of the relaxed problem (a
    /// fractional knapsack); the published one over single workers ("CarbonScaler", Hanafy et al., 2023) is so only where
    /// each worker adds less than the one before it.
    /// </summary>
    /// <param name="slots">The window.</param>
    /// <param name="firstSlot">The first slot that may be used.</param>
    /// <param name="hull">Corners in order of throughput, the first of them none.</param>
    /// <param name="work">Hours of one worker to place.</param>
    public static ElasticPlan Cheapest(IReadOnlyList<CarbonSlot> slots, int firstSlot, IReadOnlyList<ScalingLevel> hull, double work)
    {
        var corners = new int[slots.Count];
        var order = new SlotRank[slots.Count - firstSlot];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = new SlotRank(slots[firstSlot + i].Intensity, firstSlot + i);
        }

        order.AsSpan().Sort();

        // For each step of the hull, how many of the ordered slots have taken it: within a step, cleaner slots come first.
        var taken = new int[hull.Count];
        double cost = 0;
        while (work > 0 && NextStep(order, taken, hull) is { } step)
        {
            var slot = order[taken[step]++].Index;
            corners[slot] = step;
            var hours = slots[slot].Length.TotalHours;
            var done = (hull[step].Throughput - hull[step - 1].Throughput) * hours;
            var share = Math.Min(1, work / done);
            cost += share * slots[slot].Intensity * (hull[step].Power - hull[step - 1].Power) * hours;
            work -= done;
        }

        return new ElasticPlan(corners, cost);
    }

    private static int? NextStep(SlotRank[] order, int[] taken, IReadOnlyList<ScalingLevel> hull)
    {
        int? best = null;
        var least = double.MaxValue;
        for (var step = 1; step < hull.Count; step++)
        {
            if (taken[step] < order.Length)
            {
                var slope = (hull[step].Power - hull[step - 1].Power) / (hull[step].Throughput - hull[step - 1].Throughput);
                var price = order[taken[step]].Cost * slope;
                if (price < least)
                {
                    (best, least) = (step, price);
                }
            }
        }

        return best;
    }
}
