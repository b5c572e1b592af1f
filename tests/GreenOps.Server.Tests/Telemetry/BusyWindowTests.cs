using GreenOps.Server.Execution;
using GreenOps.Server.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace GreenOps.Server.Tests.Telemetry;

public sealed class BusyWindowTests
{
    private readonly FakeTimeProvider _time = new();
    private TimeSpan _cpu;
    private TimeSpan _slots;

    [Fact]
    public void The_scarcer_of_processor_and_slots_counts()
    {
        var window = Create(cores: 2, slots: 4);
        Pass(10, cpu: 5, slots: 10);
        Assert.Equal(0.25, window.Ratio(), 6);

        Pass(10, cpu: 15, slots: 10);
        Assert.Equal(0.75, window.Ratio(), 6);

        Pass(10, cpu: 1, slots: 36);
        Assert.Equal(0.9, window.Ratio(), 6);
    }

    [Fact]
    public void What_is_older_than_the_window_is_forgotten()
    {
        var window = Create(cores: 1, slots: 1);
        for (var second = 0; second < 60; second++)
        {
            Pass(1, cpu: 1, slots: 0);
            window.Note();
        }

        for (var second = 0; second < 6; second++)
        {
            Pass(1, cpu: 0, slots: 0);
            window.Note();
        }

        Assert.Equal(0, window.Ratio(), 6);
    }

    [Fact]
    public void Many_readers_see_the_same_window()
    {
        var window = Create(cores: 1, slots: 1);
        for (var tenth = 0; tenth < 200; tenth++)
        {
            Pass(0.1, cpu: 0.05, slots: 0);
            Assert.Equal(0.5, window.Ratio(), 6);
        }
    }

    [Fact]
    public void Nothing_is_known_before_time_has_passed() => Assert.Equal(0, Create(cores: 1, slots: 1).Ratio());

    [Fact]
    public void Slots_keep_the_time_they_were_occupied()
    {
        var slots = new InferenceSlots(2, _time);
        Assert.True(slots.TryOccupy());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(slots.TryOccupy());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(5, slots.OccupiedTime.TotalSeconds, 6);

        slots.Free();
        _time.Advance(TimeSpan.FromSeconds(3));
        slots.Free();
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(8, slots.OccupiedTime.TotalSeconds, 6);
    }

    [Fact]
    public void No_more_slots_are_occupied_than_there_are()
    {
        var slots = new InferenceSlots(1, _time);
        Assert.True(slots.TryOccupy());
        Assert.False(slots.TryOccupy());

        slots.Free();

        Assert.True(slots.TryOccupy());
    }

    private BusyWindow Create(double cores, int slots) =>
        new(cores, slots, () => new BusySample(_time.GetTimestamp(), _cpu, _slots), _time);

    private void Pass(double seconds, double cpu, double slots)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _cpu += TimeSpan.FromSeconds(cpu);
        _slots += TimeSpan.FromSeconds(slots);
    }
}
