using FsCheck;
using FsCheck.Xunit;
using GreenOps.Decisions.Emissions;
using Xunit;

namespace GreenOps.Decisions.Tests.Emissions;

public sealed class MeterDeltaTests
{
    private static MeterReading Read(string pod, double joules) => new(pod, new(joules));

    [Fact]
    public void Growth_new_pods_and_restarts_all_count()
    {
        var delta = MeterDelta.Between(
            [Read("grown", 100), Read("restarted", 500), Read("gone", 70)],
            [Read("restarted", 20), Read("new", 7), Read("grown", 130)]);
        Assert.Equal(30 + 20 + 7, delta.Used.Value);
        Assert.Equal([Read("grown", 130), Read("new", 7), Read("restarted", 20)], delta.Readings);
    }

    [Fact]
    public void A_pod_that_misses_a_reading_is_not_counted_twice()
    {
        var missed = MeterDelta.Between([Read("a", 100)], [], new HashSet<string> { "a" });
        Assert.Equal(0, missed.Used.Value);
        Assert.Equal(5, MeterDelta.Between(missed.Readings, [Read("a", 105)]).Used.Value);
    }

    [Property]
    public void Nothing_is_lost_or_invented_over_any_course_of_a_counter(NonEmptyArray<byte> uses, byte restartEvery)
    {
        IReadOnlyList<MeterReading> readings = [];
        double total = 0, counter = 0, used = 0;
        foreach (var (use, i) in uses.Get.Select((use, i) => (use, i)))
        {
            // A restart that is read before the new counter passes the old one can be told from growth.
            var restarts = restartEvery > 0 && i % (restartEvery + 1) == restartEvery && use < counter;
            counter = restarts ? use : counter + use;
            total += use;
            var delta = MeterDelta.Between(readings, [Read("pod", counter)]);
            used += delta.Used.Value;
            readings = delta.Readings;
        }

        Assert.Equal(total, used);
    }

    [Property]
    public void The_same_readings_twice_use_nothing(NonEmptyArray<byte> totals)
    {
        MeterReading[] readings = [.. totals.Get.Select((total, i) => Read($"pod-{i % 7}", total))];
        var first = MeterDelta.Between([], readings);
        Assert.Equal(0, MeterDelta.Between(first.Readings, [.. readings.Reverse()]).Used.Value);
        Assert.Equal(first.Readings.Select(reading => reading.Pod).Order(StringComparer.Ordinal), first.Readings.Select(reading => reading.Pod));
    }
}
