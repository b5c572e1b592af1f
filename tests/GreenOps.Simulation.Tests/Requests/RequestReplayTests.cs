using GreenOps.Operator.Simulation;
using GreenOps.Simulation.Requests;
using Xunit;

namespace GreenOps.Simulation.Tests.Requests;

public sealed class RequestReplayTests : IDisposable
{
    private const int Day = 24;

    private readonly InputFolder folder = new();

    [Fact]
    public void A_load_as_long_as_the_trace_is_taken_as_it_is()
    {
        var load = Replay(Day, Day);

        Assert.Empty(load.Remarks);
        Assert.Equal(5, load.At(InputFolder.Start.AddHours(5.9)));
    }

    [Theory]
    [InlineData((2 * Day) + 7, 2 * Day)]
    [InlineData((15 * Day) + 3, 14 * Day)]
    public void A_shorter_load_repeats_in_whole_days_or_weeks(int recorded, int repeated)
    {
        var load = Replay(recorded, 60 * Day);

        Assert.Contains("repeat over the whole trace", Assert.Single(load.Remarks), StringComparison.Ordinal);
        for (var hour = 0; hour < 60 * Day; hour++)
        {
            Assert.Equal(hour % repeated, load.At(InputFolder.Start.AddHours(hour)));
        }
    }

    [Fact]
    public void A_trace_that_begins_before_the_load_finds_the_same_time_of_day()
    {
        var path = folder.WriteRequests(Hours(2 * Day));

        var load = RequestReplay.Read(path, InputFolder.Start.AddYears(-1), InputFolder.Start);

        Assert.Equal(23, load.At(InputFolder.Start.AddHours(-1)) % Day);
    }

    [Fact]
    public void Steps_are_a_minute_at_most() => Assert.Equal(TimeSpan.FromMinutes(1), Replay(Day, Day).Step);

    [Fact]
    public void Rows_that_do_not_divide_an_hour_are_refused()
    {
        var path = folder.Write("odd.csv", "timestamp,requests_per_second\n2022-01-03T00:00:00Z,1\n2022-01-03T00:07:00Z,1\n2022-01-03T00:14:00Z,1");

        var error = Assert.Throws<SimulationInputException>(() => RequestReplay.Read(path, InputFolder.Start, InputFolder.Start.AddHours(1)));

        Assert.Contains("a whole part of an hour", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private RequestReplay Replay(int recorded, int trace) =>
        RequestReplay.Read(folder.WriteRequests(Hours(recorded)), InputFolder.Start, InputFolder.Start.AddHours(trace));

    private static IEnumerable<double> Hours(int count) => Enumerable.Range(0, count).Select(hour => (double)hour);
}
