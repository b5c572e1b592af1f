using Xunit;

namespace GreenOps.Hosting.Tests;

public sealed class HeapKeeperTests
{
    [Theory]
    [InlineData(0, 8, false)]
    [InlineData(0, 9, true)]
    [InlineData(50, 58, false)]
    [InlineData(50, 59, true)]
    [InlineData(200, 220, false)]
    [InlineData(200, 221, true)]
    [InlineData(200, 100, false)]
    public void The_heap_is_looked_through_when_it_has_grown_by_a_tenth_and_by_eight_megabytes(int before, int now, bool due) =>
        Assert.Equal(due, HeapKeeper.IsDue((long)before << 20, (long)now << 20));
}
