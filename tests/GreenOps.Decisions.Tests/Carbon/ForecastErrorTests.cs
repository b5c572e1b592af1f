using GreenOps.Decisions.Carbon;
using Xunit;

namespace GreenOps.Decisions.Tests.Carbon;

public sealed class ForecastErrorTests
{
    private static readonly CarbonSeries Came = Outlooks.History(100, 200, 400);

    [Fact]
    public void The_error_is_the_mean_over_the_points_that_were_measured() =>
        Equal(new ForecastError(3, 30, 0.4 / 3), ForecastError.Between([At(0, 120), At(1, 190), At(2, 340), At(3, 1)], Came));

    [Fact]
    public void A_point_counts_for_the_slot_it_lies_in_and_each_of_several_counts() =>
        Equal(new ForecastError(2, 15, 0.15), ForecastError.Between([At(0.5, 110), At(0, 80)], Came));

    [Fact]
    public void An_hour_without_emissions_has_an_error_in_grams_alone() =>
        Equal(new ForecastError(2, 15, 0.1), ForecastError.Between([At(0, 20), At(1, 110)], Outlooks.History(0, 100)));

    [Fact]
    public void Without_a_measured_point_there_is_no_error() =>
        Assert.Null(ForecastError.Between([At(3, 100), At(-1, 100)], Came));

    private static void Equal(ForecastError expected, ForecastError? actual)
    {
        Assert.Equal(expected.Compared, actual!.Compared);
        Assert.Equal(expected.MeanAbsolute, actual.MeanAbsolute, 9);
        Assert.Equal(expected.MeanAbsoluteRatio, actual.MeanAbsoluteRatio, 9);
    }

    private static CarbonSample At(double hour, double intensity) => new(Outlooks.Midnight.AddHours(hour), new(intensity));
}
