using GreenOps.Decisions.Carbon;

namespace GreenOps.Decisions.Serving;

/// <summary>
/// The requests of a window that a variant below the floor may still serve, and how many of them to spend now: they
/// are worth most where carbon is highest.
/// </summary>
internal static class AccuracyBudget
{
    /// <summary>Part of the expected load that is counted on, so that a drop in traffic cannot break the floor.</summary>
    private const double SureLoad = 0.6;

    /// <summary>Share of the present traffic that may go below the floor.</summary>
    /// <param name="Wanted">The share that suits carbon, from 0 to 1.</param>
    /// <param name="Cap">The largest share that holds the floor, from 0 to 1.</param>
    /// <param name="Exhausted">Whether the window has no request left for a variant below the floor.</param>
    public readonly record struct Allowance(double Wanted, double Cap, bool Exhausted)
    {
        public double Share => Math.Min(Wanted, Cap);
    }

    /// <summary>The allowance of the slot that holds now.</summary>
    /// <param name="input">Window, rate and outlook.</param>
    /// <param name="quota">Part of a window's requests that may go below the floor while the mean holds it.</param>
    public static Allowance Now(MixInput input, double quota)
    {
        var window = input.Window;
        var renewed = window.Elapsed >= window.Length || window.Elapsed < TimeSpan.Zero;
        var end = input.Now + (renewed ? window.Length : window.Length - window.Elapsed);
        var seen = renewed ? 0 : window.SeenRequests;
        var spent = renewed ? 0 : window.SpentRequests;

        var slots = SlotsUntil(end, input);
        var rate = input.RequestsPerSecond;
        var now = rate * slots[0].Length.TotalSeconds;
        if (now <= 0)
        {
            return new Allowance(0, 0, Exhausted: false);
        }

        var later = rate * slots.Skip(1).Sum(slot => slot.Length.TotalSeconds);
        var soft = (quota * (seen + now + later)) - spent;
        var hard = (quota * (seen + now + (SureLoad * later))) - spent;
        var dirtier = rate * SecondsWhere(slots, slot => slot.Intensity > slots[0].Intensity);
        var equal = rate * SecondsWhere(slots, slot => slot.Intensity == slots[0].Intensity);
        return new Allowance(
            MixShares.Snap((soft - dirtier) / equal),
            MixShares.Snap(hard / now),
            Exhausted: soft <= 0);
    }

    private static double SecondsWhere(List<CarbonSlot> slots, Func<CarbonSlot, bool> matches) =>
        slots.Where(matches).Sum(slot => slot.Length.TotalSeconds);

    private static List<CarbonSlot> SlotsUntil(DateTimeOffset end, MixInput input)
    {
        var slots = input.Outlook.SlotsFrom(input.Now)
            .TakeWhile(slot => slot.Start < end)
            .Select(slot => slot.End > end ? slot with { End = end } : slot)
            .ToList();
        if (slots.Count == 0)
        {
            slots.Add(new CarbonSlot(input.Now, end, input.Outlook.Current.Value));
        }

        if (slots[^1].End < end)
        {
            var sorted = slots.Select(slot => slot.Intensity).Order().ToArray();
            slots.Add(new CarbonSlot(slots[^1].End, end, sorted[sorted.Length / 2]));
        }

        return slots;
    }
}
