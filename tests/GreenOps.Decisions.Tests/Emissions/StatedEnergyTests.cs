using GreenOps.Decisions.Emissions;
using Xunit;

namespace GreenOps.Decisions.Tests.Emissions;

public sealed class StatedEnergyTests
{
    [Theory]
    [InlineData(2, 0, 60, 120)]
    [InlineData(2, 1, 60, 480)]
    [InlineData(2, 0.5, 60, 300)]
    [InlineData(2, 7, 60, 480)]
    [InlineData(2, -1, 60, 120)]
    [InlineData(2, double.NaN, 60, 480)]
    [InlineData(0, 1, 60, 0)]
    [InlineData(2, 1, -60, 0)]
    public void Energy_is_power_between_idle_and_peak_times_cores_times_time(double cores, double utilization, double seconds, double joules) =>
        Assert.Equal(joules, StatedEnergy.Of(cores, utilization, idleWattsPerCore: 1, peakWattsPerCore: 4, TimeSpan.FromSeconds(seconds)).Value, 9);

    [Fact]
    public void Cores_below_zero_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StatedEnergy.Of(-1, 1, 1, 4, TimeSpan.FromSeconds(1)));
}
