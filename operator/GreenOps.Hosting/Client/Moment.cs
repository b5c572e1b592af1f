namespace GreenOps.Hosting;

/// <summary>
/// A point in time by both clocks of this machine. The monotonic clock cannot be set but stands still while the machine sleeps;
/// the wall clock runs on but can be set: the one that says more has passed is the safe one to believe.
/// </summary>
internal readonly record struct Moment(long Timestamp, DateTimeOffset Utc)
{
    public static Moment Now(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>How long ago that is, by whichever clock says more.</summary>
    public TimeSpan Age(TimeProvider time)
    {
        var (monotonic, wall) = (time.GetElapsedTime(Timestamp), time.GetUtcNow() - Utc);
        return monotonic > wall ? monotonic : wall;
    }
}
