using GreenOps.Decisions.Carbon;
using Xunit;

namespace GreenOps.Decisions.Tests.Carbon;

public sealed class CarbonSeriesTests
{
    [Fact]
    public void The_newer_series_revises_the_older_one()
    {
        var newer = new CarbonSeries(
            SignalKind.Average,
            TimeSpan.FromHours(1),
            [new(Outlooks.Midnight.AddHours(2), new(30)), new(Outlooks.Midnight.AddHours(1), new(25))]);
        Assert.Equal([10, 25, 30], Outlooks.History(10, 20).Merge(newer).Samples.Select(sample => sample.Intensity.Value));
    }

    [Fact]
    public void Signals_are_never_mixed()
    {
        var marginal = Outlooks.History(10) with { Signal = SignalKind.Marginal };
        var error = Assert.Throws<SignalMismatchException>(() => Outlooks.History(10).Merge(marginal));
        Assert.Contains("Marginal", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_are_never_mixed()
    {
        var halfHourly = new CarbonSeries(SignalKind.Average, TimeSpan.FromMinutes(30), []);
        Assert.Throws<ArgumentException>(() => Outlooks.History(10).Merge(halfHourly));
    }

    [Fact]
    public void A_step_is_longer_than_zero() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CarbonSeries(SignalKind.Average, TimeSpan.Zero, []));
}
