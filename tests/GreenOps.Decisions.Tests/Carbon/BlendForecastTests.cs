using FsCheck;
using FsCheck.Xunit;
using GreenOps.Decisions.Carbon;
using Xunit;

namespace GreenOps.Decisions.Tests.Carbon;

public sealed class BlendForecastTests
{
    private static readonly double[] Day = [300, 200, 100, 250];

    [Fact]
    public void Days_that_repeat_are_forecast_exactly()
    {
        var forecast = BlendForecast.Predict(Outlooks.History([.. Day, .. Day, .. Day]), steps: 9, stepsPerDay: 4);
        Assert.Equal([250, 300, 200, 100, 250, 300, 200, 100, 250], forecast.Select(slot => slot.Value));
    }

    [Fact]
    public void What_sets_today_apart_fades_by_three_percent_an_hour()
    {
        var history = Outlooks.History([.. Enumerable.Repeat(200.0, 24), 300]);
        var forecast = BlendForecast.Predict(history, steps: 3);
        Assert.Equal([300, 297, 294.09], forecast.Select(slot => Math.Round(slot.Value, 9)));
    }

    [Fact]
    public void A_replayed_day_fades_as_a_whole_day_does()
    {
        double[] values = [.. Enumerable.Repeat(200.0, 48), 300];
        var half = BlendForecast.Predict(Outlooks.History(values), steps: 3, stepsPerDay: 48);
        Assert.Equal(200 + (100 * 0.97), half[2].Value, 9);
    }

    [Fact]
    public void Days_older_than_two_weeks_do_not_count()
    {
        var history = Outlooks.History([.. Enumerable.Repeat(900.0, 4), .. Enumerable.Repeat(100.0, 57)]);
        Assert.All(BlendForecast.Predict(history, steps: 4, stepsPerDay: 4), slot => Assert.Equal(100, slot.Value, 9));
    }

    [Fact]
    public void Less_than_a_day_of_history_persists()
    {
        var forecast = BlendForecast.Predict(Outlooks.History(100, 250), steps: 3);
        Assert.Equal([250, 250, 250], forecast.Select(slot => slot.Value));
    }

    [Fact]
    public void Missing_samples_are_left_out_of_the_means()
    {
        var whole = Outlooks.History([.. Day, .. Day, .. Day]);
        var holed = whole with { Samples = [.. whole.Samples.Where((_, i) => i is not (1 or 6)).Reverse()] };
        Assert.Equal(BlendForecast.Predict(whole, 8, 4), BlendForecast.Predict(holed, 8, 4));
    }

    [Fact]
    public void An_empty_history_is_refused() =>
        Assert.Throws<ArgumentException>(() => BlendForecast.Predict(Outlooks.History(), 1));

    [Property]
    public void A_forecast_starts_at_the_measurement_and_is_never_below_one(
        NonEmptyArray<byte> history, PositiveInt steps, PositiveInt stepsPerDay)
    {
        var series = Outlooks.History([.. history.Get.Select(value => (double)value)]);
        var forecast = BlendForecast.Predict(series, steps.Get, stepsPerDay.Get);
        Assert.Equal(steps.Get, forecast.Count);
        Assert.Equal(Math.Max(1.0, history.Get[^1]), forecast[0].Value);
        Assert.All(forecast, slot => Assert.InRange(slot.Value, 1, 2 * 255));
    }

    [Property]
    public void A_constant_history_stays_constant(PositiveInt level, PositiveInt length, PositiveInt stepsPerDay)
    {
        var history = Outlooks.History([.. Enumerable.Repeat((double)level.Get, length.Get)]);
        var forecast = BlendForecast.Predict(history, 50, stepsPerDay.Get);
        Assert.All(forecast, slot => Assert.Equal(level.Get, slot.Value, 9));
    }
}
