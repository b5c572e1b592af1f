namespace GreenOps.Decisions.Carbon;

/// <summary>A stretch of time with one intensity in g/kWh.</summary>
internal readonly record struct CarbonSlot(DateTimeOffset Start, DateTimeOffset End, double Intensity)
{
    public TimeSpan Length => End - Start;
}
