using FsCheck.Xunit;
using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon;

public sealed class TraceReaderTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_recorded_trace_is_read_at_its_own_times()
    {
        var reading = await ReadAsync(Zone(null), Start.AddHours(1.5));
        Assert.Equal(200, reading.GramsPerKWh);
        Assert.Equal(Start.AddHours(1), reading.ObservedAt);
        Assert.Equal([100, 200], reading.History.Select(point => point.GramsPerKWh));
        Assert.Equal([300], reading.Forecast.Select(point => point.GramsPerKWh));
        Assert.Equal(Start.AddHours(2), reading.NextAt);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public async Task Outside_its_times_a_recorded_trace_says_so(double hours)
    {
        var refused = await Assert.ThrowsAsync<CarbonDataException>(() => ReadAsync(Zone(null), Start.AddHours(hours)));
        Assert.Contains("set provider.trace.replay", refused.Message, StringComparison.Ordinal);
    }

    [Property]
    public async Task A_replay_goes_round_and_stands_on_whole_slots(int slots, byte speed)
    {
        var zone = Zone(new TraceReplay { Speed = speed + 1, StartAt = Start });
        var slot = TimeSpan.FromMilliseconds(Math.Round(3_600_000.0 / (speed + 1)));
        var first = Start.UtcTicks / slot.Ticks;
        var now = new DateTimeOffset((first + Math.Abs((long)slots % 1_000_000)) * slot.Ticks, TimeSpan.Zero);

        var reading = await ReadAsync(zone, now + (slot / 2));

        Assert.Equal(now, reading.ObservedAt);
        Assert.Equal(0, reading.ObservedAt.UtcTicks % slot.Ticks);
        Assert.Equal((1 + (Math.Abs((long)slots % 1_000_000) % 3)) * 100, reading.GramsPerKWh);
        Assert.Equal(now + slot, reading.Forecast[0].At);
        Assert.Equal(3, reading.Forecast.Count);
    }

    private static CarbonZone Zone(TraceReplay? replay) => new()
    {
        Metadata = new V1ObjectMeta { Name = "z" },
        Spec = new CarbonZoneSpec
        {
            Provider = new CarbonProvider
            {
                Trace = new TraceProvider
                {
                    ConfigMapRef = new ConfigMapKeyReference { Namespace = "n", Name = "m", Key = "k" },
                    Source = "made up for a test",
                    Replay = replay,
                },
            },
        },
    };

    private static Task<CarbonReading> ReadAsync(CarbonZone zone, DateTimeOffset now) =>
        new TraceReader(new Fixed()).ReadAsync(zone, zone.Spec.Provider.Trace!, now, TestContext.Current.CancellationToken);

    private sealed class Fixed : IConfigMapReader
    {
        public Task<string> ReadAsync(ConfigMapKeyReference reference, CancellationToken cancellationToken) => Task.FromResult(
            "timestamp_utc,gco2_per_kwh\n2026-01-01T00:00:00Z,100\n2026-01-01T01:00:00Z,200\n2026-01-01T02:00:00Z,300\n");
    }
}
