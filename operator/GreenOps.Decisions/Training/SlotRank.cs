using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Training;

/// <summary>What a slot of a window costs; the earlier of two equals comes first.</summary>
internal readonly record struct SlotRank(double Cost, int Index) : IComparable<SlotRank>
{
    /// <summary>
    /// Brings the cheapest ranks whose slots together hold the work to the front, in no order (quickselect, Hoare 1961):
    /// a window is ranked in every slot of it, and only the border matters.
    /// </summary>
    /// <returns>How many they are; all, when all together hold less.</returns>
    public static int MoveCheapestToFront(Span<SlotRank> ranks, List<CarbonSlot> slots, TimeSpan work)
    {
        var (low, high) = (0, ranks.Length);
        while (low < high && work > TimeSpan.Zero)
        {
            var pivot = low + Partition(ranks[low..high]);
            var cheaper = TimeSpan.Zero;
            foreach (var rank in ranks[low..pivot])
            {
                cheaper += slots[rank.Index].Length;
            }

            if (cheaper >= work)
            {
                high = pivot;
            }
            else
            {
                work -= cheaper + slots[ranks[pivot].Index].Length;
                low = pivot + 1;
            }
        }

        return low;
    }

    public int CompareTo(SlotRank other) => IsBefore(other) ? -1 : other.IsBefore(this) ? 1 : 0;

    // The middle element goes to where it belongs, so that windows that rise or fall evenly are halved each time.
    private static int Partition(Span<SlotRank> ranks)
    {
        var last = ranks.Length - 1;
        (ranks[last / 2], ranks[last]) = (ranks[last], ranks[last / 2]);
        var pivot = ranks[last];
        var border = 0;
        for (var i = 0; i < last; i++)
        {
            if (ranks[i].IsBefore(pivot))
            {
                (ranks[i], ranks[border]) = (ranks[border], ranks[i]);
                border++;
            }
        }

        (ranks[border], ranks[last]) = (pivot, ranks[border]);
        return border;
    }

    private bool IsBefore(SlotRank other) => Cost < other.Cost || (Cost == other.Cost && Index < other.Index);
}
