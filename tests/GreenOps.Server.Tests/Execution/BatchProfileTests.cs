using GreenOps.Server.Execution;

namespace GreenOps.Server.Tests.Execution;

public sealed class BatchProfileTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Requests_run_alone_where_more_rows_take_as_much_longer()
    {
        var profile = BatchProfile.Of([Timing(1, 1.6), Timing(2, 3.2), Timing(4, 6.3)], Second);

        Assert.Equal(1, profile.Limit);
        Assert.Equal("More rows at once give 1.02 times the rows per second; requests run alone.", profile.Reason);
    }

    [Fact]
    public void No_more_rows_than_give_nearly_the_best_rate()
    {
        var profile = BatchProfile.Of([Timing(1, 1), Timing(2, 1.2), Timing(4, 1.4), Timing(8, 2.6), Timing(16, 5.1)], Second);

        Assert.Equal(8, profile.Limit);
        Assert.Equal(TimeSpan.FromMilliseconds(5.1) / 16, profile.PerRow);
    }

    [Fact]
    public void No_batch_takes_longer_than_it_may() =>
        Assert.Equal(2, BatchProfile.Of([Timing(1, 10), Timing(2, 11), Timing(4, 12)], TimeSpan.FromMilliseconds(11.5)).Limit);

    [Fact]
    public void One_row_is_served_however_long_it_takes() =>
        Assert.Equal(1, BatchProfile.Of([Timing(1, 10), Timing(2, 11)], TimeSpan.FromMilliseconds(5)).Limit);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(8, 8)]
    [InlineData(100, 8)]
    public void Of_what_waits_as_much_runs_as_gives_the_most_rows_per_second(int waiting, int together)
    {
        var profile = BatchProfile.Of([Timing(1, 1), Timing(2, 4), Timing(4, 5), Timing(8, 5)], Second);

        Assert.Equal(together, profile.Best(waiting));
    }

    private static BatchTiming Timing(int rows, double milliseconds) => new(rows, TimeSpan.FromMilliseconds(milliseconds));
}
