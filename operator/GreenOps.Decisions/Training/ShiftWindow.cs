using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Training;

/// <summary>The slots in which work may run: from now to the deadline, in order of time.</summary>
internal sealed class ShiftWindow
{
    /// <summary>Relative difference below which two sums of the same costs count as equal.</summary>
    private const double Rounding = 1e-9;

    private readonly List<CarbonSlot> slots;

    private ShiftWindow(List<CarbonSlot> slots) => this.slots = slots;

    public CarbonSlot First => slots[0];

    /// <summary>
    /// Cuts the window out of the outlook. What lies beyond the forecast is one slot at the forecast's median: nothing
    /// known says that it is cleaner or dirtier. The median is a forecast value itself, so that a flat forecast stays
    /// exactly flat.
    /// </summary>
    /// <returns>The window, or null when the forecast ends before now.</returns>
    public static ShiftWindow? Between(DateTimeOffset now, DateTimeOffset end, CarbonOutlook outlook)
    {
        var known = outlook.SlotsFrom(now).ToList();
        if (known.Count == 0)
        {
            return null;
        }

        var slots = known
            .TakeWhile((slot, index) => index == 0 || slot.Start < end)
            .Select((slot, index) => index > 0 && slot.End > end ? slot with { End = end } : slot)
            .ToList();
        if (slots[^1].End < end)
        {
            slots.Add(new CarbonSlot(slots[^1].End, end, MedianAfterFirst(slots)));
        }

        return new ShiftWindow(slots);
    }

    /// <summary>The cheapest slots that together hold the work, in order of time; the earlier of two equals.</summary>
    /// <param name="work">Run time to place.</param>
    /// <param name="firstSlotFactor">Weight of the first slot's intensity; below 1 it favours going on.</param>
    public List<CarbonSlot> CheapestFor(TimeSpan work, double firstSlotFactor)
    {
        List<CarbonSlot> chosen = [];
        foreach (var slot in slots.OrderBy(slot => slot.Start == First.Start ? slot.Intensity * firstSlotFactor : slot.Intensity))
        {
            if (work <= TimeSpan.Zero)
            {
                break;
            }

            chosen.Add(slot);
            work -= slot.Length;
        }

        chosen.Sort((left, right) => left.Start.CompareTo(right.Start));
        return chosen;
    }

    /// <summary>The slot start from which a run without pause emits least; the earliest of equals.</summary>
    public DateTimeOffset BestStartFor(TimeSpan work)
    {
        var end = slots[^1].End;
        var best = First.Start;
        var least = CostOfRunFrom(best, work);
        foreach (var slot in slots.Skip(1).TakeWhile(slot => slot.Start + work <= end))
        {
            var cost = CostOfRunFrom(slot.Start, work);
            if (cost < least * (1 - Rounding))
            {
                (best, least) = (slot.Start, cost);
            }
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
            if (slot.End > start && work > TimeSpan.Zero)
            {
                var length = Min(work, slot.End - Max(slot.Start, start));
                cost += slot.Intensity * length.TotalHours;
                work -= length;
            }
        }

        return cost + (slots[^1].Intensity * work.TotalHours);
    }

    /// <summary>Intensity times hours of a run in chosen slots, of which the dirtiest is used only as far as needed.</summary>
    public static double CostOfRunIn(IEnumerable<CarbonSlot> chosen, TimeSpan work)
    {
        double cost = 0;
        foreach (var slot in chosen.OrderBy(slot => slot.Intensity))
        {
            var length = Min(work, slot.Length);
            cost += slot.Intensity * length.TotalHours;
            work -= length;
        }

        return cost;
    }

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
