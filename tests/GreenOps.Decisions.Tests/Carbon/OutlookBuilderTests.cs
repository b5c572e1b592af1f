using FsCheck;
using FsCheck.Xunit;
using GreenOps.Decisions.Carbon;
using Xunit;

namespace GreenOps.Decisions.Tests.Carbon;

public sealed class OutlookBuilderTests
{
    private static readonly OutlookInput Input = new(
        SignalKind.Marginal,
        At(9.9),
        new(500),
        [Point(12, 120), Point(10, 100), Point(9, 90), Point(11, 110)],
        "Provider",
        At(10.25),
        TimeSpan.FromMinutes(30));

    private static DateTimeOffset At(double hour) => Outlooks.Midnight.AddHours(hour);

    private static CarbonSample Point(double hour, double value) => new(At(hour), new(value));

    [Fact]
    public void The_measurement_takes_the_present_slot_and_points_the_later_ones()
    {
        var outlook = OutlookBuilder.Build(Input);
        Assert.Equal([500, 110, 120], outlook.Forecast.Select(slot => slot.Value));
        Assert.Equal((SignalKind.Marginal, "Provider", false), (outlook.Signal, outlook.ForecastSource, outlook.Stale));
        Assert.Equal((At(10), At(13)), (outlook.SlotStart, outlook.HorizonEnd));
    }

    [Fact]
    public void A_measurement_too_old_is_stale()
    {
        Assert.False(OutlookBuilder.Build(Input with { ObservedAt = At(9.75) }).Stale);
        Assert.True(OutlookBuilder.Build(Input with { ObservedAt = At(9.7) }).Stale);
    }

    [Fact]
    public void Coarse_points_hold_over_finer_slots()
    {
        var outlook = OutlookBuilder.Build(Input with { Step = TimeSpan.FromMinutes(30) });
        Assert.Equal([500, 100, 110, 110, 120, 120], outlook.Forecast.Select(slot => slot.Value));
    }

    [Fact]
    public void A_hole_holds_the_point_before_it()
    {
        var outlook = OutlookBuilder.Build(Input with { Forecast = [Point(10, 100), Point(11, 110), Point(14, 140), Point(15, 150)] });
        Assert.Equal([500, 110, 110, 110, 140, 150], outlook.Forecast.Select(slot => slot.Value));
    }

    [Fact]
    public void Without_points_only_the_measurement_is_known()
    {
        var outlook = OutlookBuilder.Build(Input with { Forecast = [] });
        Assert.Equal([500], outlook.Forecast.Select(slot => slot.Value));
        Assert.Equal(TimeSpan.FromHours(1), outlook.Step);
    }

    [Fact]
    public void Points_that_all_lie_in_the_past_say_nothing_of_the_future() =>
        Assert.Single(OutlookBuilder.Build(Input with { Forecast = [Point(1, 10), Point(2, 20)] }).Forecast);

    [Property]
    public void Slots_hold_only_values_that_were_given(NonEmptyArray<byte> hours, byte minutes)
    {
        var points = hours.Get.Select(hour => Point(hour, hour)).ToArray();
        var outlook = OutlookBuilder.Build(Input with { Forecast = points, Now = At(10).AddMinutes(minutes), Step = TimeSpan.FromMinutes(20) });
        var given = hours.Get.Select(hour => (double)hour).Append(500).ToHashSet();
        Assert.All(outlook.Forecast, slot => Assert.Contains(slot.Value, given));
        for (var slot = 1; slot < outlook.Forecast.Count; slot++)
        {
            var hour = (outlook.SlotStart + (slot * outlook.Step) - Outlooks.Midnight).TotalHours;
            Assert.True(outlook.Forecast[slot].Value is 500 || outlook.Forecast[slot].Value <= hour);
        }
    }
}
