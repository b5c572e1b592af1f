using FsCheck;
using FsCheck.Xunit;
using GreenOps.Decisions.Carbon;
using Xunit;

namespace GreenOps.Decisions.Tests.Carbon;

public sealed class BlendForecastTests
{
    private static readonly double[] Day = [300, 200, 100, 250];

    private static double[] Twice(double[] day) => [.. day.Select(value => 2 * value)];

    [Fact]
    public void Days_that_repeat_are_forecast_exactly()
    {
        var forecast = BlendForecast.Predict(Outlooks.History([.. Day, .. Day, .. Day]), steps: 9, stepsPerDay: 4);
        Assert.Equal([250, 300, 200, 100, 250, 300, 200, 100, 250], forecast.Select(slot => Math.Round(slot.Value, 9)));
    }

    [Fact]
    public void What_sets_today_apart_fades_first_fast_and_then_slowly()
    {
        double[] usual = [.. Enumerable.Range(0, 20 * 24).Select(hour => 200.0 + (100 * (hour % 2)))];
        var excess = BlendForecast.Predict(Outlooks.History([.. usual, 240]), steps: 97)
            .Where((_, ahead) => ahead % 2 == 0)
            .Select(slot => slot.Value - 200)
            .ToArray();
        Assert.InRange(excess[12] / excess[0], 0.5, 0.75);
        Assert.InRange(excess[48] / excess[24], 0.5, 0.75);
    }

    [Fact]
    public void A_replayed_day_fades_as_a_whole_day_does()
    {
        double[] usual = [.. Enumerable.Range(0, 6).SelectMany(_ => Day)];
        double[] fine = [.. usual.SelectMany(value => new[] { value, value })];
        var whole = BlendForecast.Predict(Outlooks.History([.. usual, 290]), steps: 3, stepsPerDay: 4);
        var half = BlendForecast.Predict(Outlooks.History([.. fine, 290]), steps: 5, stepsPerDay: 8);
        Assert.Equal(whole[2].Value, half[4].Value, 0.5);
    }

    [Fact]
    public void Recent_days_count_for_more()
    {
        var forecast = BlendForecast.Predict(Outlooks.History([.. Day, .. Day, .. Twice(Day)]), steps: 3, stepsPerDay: 4);
        Assert.InRange(forecast[2].Value, 301, 399);
    }

    [Fact]
    public void Days_older_than_six_weeks_do_not_count()
    {
        var history = Outlooks.History([.. Enumerable.Repeat(900.0, 4), .. Enumerable.Repeat(100.0, 4 * BlendForecast.HistoryDays)]);
        Assert.All(BlendForecast.Predict(history, steps: 4, stepsPerDay: 4), slot => Assert.Equal(100, slot.Value, 9));
    }

    [Fact]
    public void Weekends_are_taken_to_be_cleaner_in_proportion_to_what_the_grid_varies()
    {
        // Midnight is a Monday: the history ends with a Thursday, 13 hours on it is Friday noon, a day later Saturday noon.
        double[] Days(double swing) => [.. Enumerable.Range(0, 18 * 24).Select(hour => 300 + (swing * Math.Sin(hour / 24.0 * 2 * Math.PI)))];
        double Weekend(double swing)
        {
            var forecast = BlendForecast.Predict(Outlooks.History(Days(swing)), steps: 73);
            return forecast[24 + 13].Value / forecast[13].Value;
        }

        Assert.InRange(1 - Weekend(150), 0.02, 0.2);
        Assert.InRange(1 - Weekend(5), 0, 0.01);
    }

    [Fact]
    public void Days_that_are_replayed_faster_have_no_week()
    {
        double[] days = [.. Enumerable.Range(0, 18).SelectMany(_ => Day)];
        var forecast = BlendForecast.Predict(Outlooks.History(days), steps: 40, stepsPerDay: 4);
        Assert.Equal(forecast[2].Value, forecast[22].Value, 9);
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
        Assert.Equal(Rounded(whole), Rounded(holed));

        static double[] Rounded(CarbonSeries history) => [.. BlendForecast.Predict(history, 8, 4).Select(slot => Math.Round(slot.Value, 9))];
    }

    [Fact]
    public void An_empty_history_is_refused() =>
        Assert.Throws<ArgumentException>(() => BlendForecast.Predict(Outlooks.History(), 1));

    [Property(MaxTest = 50)]
    public void A_forecast_starts_at_the_measurement_and_is_never_below_one(
        NonEmptyArray<byte> history, PositiveInt steps, PositiveInt stepsPerDay)
    {
        var series = Outlooks.History([.. history.Get.Select(value => (double)value)]);
        var forecast = BlendForecast.Predict(series, steps.Get, stepsPerDay.Get);
        Assert.Equal(steps.Get, forecast.Count);
        Assert.Equal(Math.Max(1.0, history.Get[^1]), forecast[0].Value);
        Assert.All(forecast, slot => Assert.InRange(slot.Value, 1, Math.Max(1, (int)history.Get.Max())));
    }

    [Property(MaxTest = 30)]
    public void A_constant_history_stays_constant(PositiveInt level, PositiveInt length, PositiveInt stepsPerDay)
    {
        var history = Outlooks.History([.. Enumerable.Repeat((double)level.Get, length.Get)]);
        var forecast = BlendForecast.Predict(history, 50, stepsPerDay.Get);
        Assert.All(forecast, slot => Assert.Equal(level.Get, slot.Value, 9));
    }
}
