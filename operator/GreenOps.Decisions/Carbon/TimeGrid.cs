namespace GreenOps.Decisions.Carbon;

/// <summary>
/// Time cut into slots of one length. Slots start at whole multiples of the length in UTC, so that hours start on the
/// hour and every reader of a forecast cuts it alike.
/// </summary>
internal static class TimeGrid
{
    public static long IndexOf(DateTimeOffset time, TimeSpan step) => time.UtcTicks / step.Ticks;

    public static DateTimeOffset StartOf(DateTimeOffset time, TimeSpan step) => At(IndexOf(time, step), step);

    public static DateTimeOffset At(long index, TimeSpan step) => new(index * step.Ticks, TimeSpan.Zero);
}
