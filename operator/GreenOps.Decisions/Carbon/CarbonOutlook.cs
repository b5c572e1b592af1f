namespace GreenOps.Decisions.Carbon;

/// <summary>What is known about a zone's intensity now and to come: the carbon side of every decision.</summary>
/// <param name="Signal">What the intensities measure.</param>
/// <param name="Now">The moment the outlook describes.</param>
/// <param name="Current">The latest measured intensity.</param>
/// <param name="Stale">Whether that measurement is too old to decide by.</param>
/// <param name="Step">Length of a forecast slot; positive. Slots start at whole multiples of it in UTC.</param>
/// <param name="Forecast">One intensity per slot; element 0 is the slot that holds <paramref name="Now"/>.</param>
/// <param name="ForecastSource">Where the forecast comes from, such as <c>Provider</c> or <c>Blend</c>.</param>
public sealed record CarbonOutlook(
    SignalKind Signal,
    DateTimeOffset Now,
    GramsPerKilowattHour Current,
    bool Stale,
    TimeSpan Step,
    IReadOnlyList<GramsPerKilowattHour> Forecast,
    string ForecastSource)
{
    /// <summary>Length of a forecast slot.</summary>
    public TimeSpan Step { get; } = Quantity.RequirePositive(Step, "step of a carbon outlook");

    /// <summary>Start of the slot that holds <see cref="Now"/>.</summary>
    public DateTimeOffset SlotStart => TimeGrid.StartOf(Now, Step);

    /// <summary>End of the last slot that the forecast knows.</summary>
    public DateTimeOffset HorizonEnd => SlotStart + (Step * Math.Max(1, Forecast.Count));

    /// <summary>The slots from a moment to the end of the forecast; none when the moment lies beyond it.</summary>
    /// <param name="from">Where the first slot starts; a clock a little behind the outlook's stretches slot 0.</param>
    /// <param name="until">No later slot than the first starts at or after this moment; null for all.</param>
    internal List<CarbonSlot> SlotsFrom(DateTimeOffset from, DateTimeOffset? until = null)
    {
        var known = Forecast.Count == 0 ? [Current] : Forecast;
        var elapsed = TimeGrid.IndexOf(from, Step) - TimeGrid.IndexOf(Now, Step);
        var first = (int)Math.Clamp(elapsed, 0, known.Count);
        var start = SlotStart + (Step * first);
        List<CarbonSlot> slots = new(known.Count - first + 1);
        for (var slot = first; slot < known.Count && (slot == first || !(start >= until)); slot++)
        {
            var end = start + Step;
            slots.Add(new CarbonSlot(slot == first ? from : start, end, known[slot].Value));
            start = end;
        }

        return slots;
    }

    /// <summary>One of <see cref="SlotsFrom"/> by its place; null beyond the last.</summary>
    internal CarbonSlot? SlotFrom(DateTimeOffset from, int ordinal)
    {
        var count = Math.Max(1, Forecast.Count);
        var first = (int)Math.Clamp(TimeGrid.IndexOf(from, Step) - TimeGrid.IndexOf(Now, Step), 0, count);
        var index = first + ordinal;
        if (index >= count)
        {
            return null;
        }

        var start = SlotStart + (Step * index);
        return new CarbonSlot(ordinal == 0 ? from : start, start + Step, Forecast.Count == 0 ? Current.Value : Forecast[index].Value);
    }
}
