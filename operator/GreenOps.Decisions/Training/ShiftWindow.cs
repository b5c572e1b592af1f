using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Training;

/// <summary>The slots in which work may run: from now to the deadline, in order of time.</summary>
internal sealed class ShiftWindow
{
    /// <summary>Relative difference below which two sums of the same costs count as equal.</summary>
    private const double Rounding = 1e-9;

    private readonly List<CarbonSlot> slots;

    private ShiftWindow(List<CarbonSlot> slots) => this.slots = slots;

    public IReadOnlyList<CarbonSlot> Slots => slots;

    public CarbonSlot First => slots[0];

    /// <summary>
    /// Cuts the window out of the outlook. What lies beyond the forecast is one slot at the forecast's median: nothing
    /// known says that it is cleaner or dirtier. The median is a forecast value itself, so that a flat forecast stays
    /// exactly flat.
    /// </summary>
    /// <returns>The window, or null when the forecast ends before now.</returns>
    public static ShiftWindow? Between(DateTimeOffset now, DateTimeOffset end, CarbonOutlook outlook)
    {
        var slots = outlook.SlotsFrom(now, end);
        if (slots.Count == 0)
        {
            return null;
        }

        if (slots.Count > 1 && slots[^1].End > end)
        {
            slots[^1] = slots[^1] with { End = end };
        }
        else if (slots[^1].End < end)
        {
            slots.Add(new CarbonSlot(slots[^1].End, end, MedianAfterFirst(slots)));
        }

        return new ShiftWindow(slots);
    }

    /// <summary>The difference between the dirtiest and the cleanest slot, in percent of their mean.</summary>
    public double SpreadPercent()
    {
        double lowest = double.MaxValue, highest = 0, sum = 0;
        foreach (var slot in slots)
        {
            (lowest, highest) = (Math.Min(lowest, slot.Intensity), Math.Max(highest, slot.Intensity));
            sum += slot.Intensity;
        }

        return sum > 0 ? 100 * (highest - lowest) / (sum / slots.Count) : 0;
    }

    /// <summary>The cheapest slots that together hold the work, in order of time; the earlier of two equals.</summary>
    /// <param name="work">Run time to place.</param>
    /// <param name="firstSlotFactor">Weight of the first slot's intensity; below 1 it favours going on.</param>
    public List<CarbonSlot> CheapestFor(TimeSpan work, double firstSlotFactor)
    {
        var ranks = new SlotRank[slots.Count];
        for (var i = 0; i < ranks.Length; i++)
        {
            ranks[i] = new SlotRank(i == 0 ? slots[0].Intensity * firstSlotFactor : slots[i].Intensity, i);
        }

        var count = SlotRank.MoveCheapestToFront(ranks, slots, work);
        var chosen = new bool[slots.Count];
        foreach (var rank in ranks.AsSpan(0, count))
        {
            chosen[rank.Index] = true;
        }

        List<CarbonSlot> plan = new(count);
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i])
            {
                plan.Add(slots[i]);
            }
        }

        return plan;
    }

    /// <summary>The slot start from which a run without pause emits least; the earliest of equals.</summary>
    public DateTimeOffset BestStartFor(TimeSpan work)
    {
        var end = slots[^1].End;
        var best = First.Start;
        var least = CostOfRunFrom(best, work);

        // What is emitted from the window's start to the run's start and to its end, both moving on with it.
        double before = 0, through = 0;
        var last = 0;
        foreach (var slot in slots)
        {
            var done = slot.Start + work;
            if (done > end)
            {
                break;
            }

            for (; last < slots.Count - 1 && slots[last].End < done; last++)
            {
                through += Cost(slots[last]);
            }

            var cost = through + (slots[last].Intensity * (done - slots[last].Start).TotalHours) - before;
            if (slot.Start > best && cost < least * (1 - Rounding))
            {
                (best, least) = (slot.Start, cost);
            }

            before += Cost(slot);
        }

        return best;
    }

    /// <summary>The slot that starts at a moment.</summary>
    public CarbonSlot SlotAt(DateTimeOffset start) => slots.Find(slot => slot.Start == start);

    /// <summary>Intensity times hours of a run without pause.</summary>
    public double CostOfRunFrom(DateTimeOffset start, TimeSpan work)
    {
        double cost = 0;
        foreach (var slot in slots)
        {
            if (work <= TimeSpan.Zero)
            {
                break;
            }

            if (slot.End > start)
            {
                var length = Min(work, slot.End - Max(slot.Start, start));
                cost += slot.Intensity * length.TotalHours;
                work -= length;
            }
        }

        return cost + (slots[^1].Intensity * work.TotalHours);
    }

    /// <summary>Intensity times hours of a run in chosen slots, of which the dirtiest is used only as far as needed.</summary>
    public static double CostOfRunIn(List<CarbonSlot> chosen, TimeSpan work)
    {
        double cost = 0;
        var idle = -work;
        var dirtiest = chosen[0];
        foreach (var slot in chosen)
        {
            cost += Cost(slot);
            idle += slot.Length;
            dirtiest = slot.Intensity > dirtiest.Intensity ? slot : dirtiest;
        }

        return idle <= dirtiest.Length
            ? cost - (dirtiest.Intensity * idle.TotalHours)
            : CostOfRunIn([.. chosen.Where(slot => slot.Start != dirtiest.Start)], work);
    }

    private static double Cost(CarbonSlot slot) => slot.Intensity * slot.Length.TotalHours;

    private static double MedianAfterFirst(List<CarbonSlot> slots)
    {
        if (slots.Count == 1)
        {
            return slots[0].Intensity;
        }

        var sorted = slots.Skip(1).Select(slot => slot.Intensity).Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static DateTimeOffset Max(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
