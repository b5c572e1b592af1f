using GreenOps.Benchmarks.Faults;
using Xunit;

namespace GreenOps.Benchmarks.Tests;

/// <summary>The fault run in small: the same properties, in seconds instead of minutes.</summary>
public sealed class FaultRunTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Faults_and_killed_leaders_change_nothing_in_the_end()
    {
        // Beside other tests a write may be long on its way.
        var settings = new FaultSettings(Models: 3, Kills: 1, Seed: 7, FaultPercent: 10, Limit) { LeaseSeconds = 9 };
        var run = new FaultRun(settings, TimeProvider.System, TextWriter.Null);

        var result = await run.RunAsync(TestContext.Current.CancellationToken);

        Assert.Empty(result.Differences);
        Assert.Empty(FaultResult.Faults(result.Calm));
        Assert.Empty(FaultResult.Faults(result.Stormy));
        // That the storm was one.
        Assert.Equal(1, result.Stormy.Kills);
        Assert.True(result.Stormy.Transitions >= 2);
        Assert.True(result.Stormy.JobsCreated > 0);
        Assert.True(result.Stormy.Faults.Where(fault => fault.Key != Fault.None).Sum(fault => fault.Value) > 0);
    }
}
