namespace GreenOps.Hosting.Tests.Stub;

/// <summary>A machine whose date can be set, and that can sleep with only one of its clocks running.</summary>
internal sealed class TwoClocks : TimeProvider
{
    public DateTimeOffset Date { get; set; } = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public TimeSpan Uptime { get; set; }

    public override DateTimeOffset GetUtcNow() => Date;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Uptime.Ticks;
}
