using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon.Providers;

public sealed class UkCarbonIntensityTests
{
    private static string Half(int halves, string forecast, string? actual) => Documented.UkSlot(Asking.Noon.AddMinutes(30 * halves), forecast, actual);

    [Fact]
    public async Task Two_hours_back_and_two_days_ahead_are_one_request_and_the_past_another()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking();

        var reading = await asking.ReadAsync(Documented.Zone("UkCarbonIntensity", vendor.Answers("UkCarbonIntensity", asking.Now).Url));

        Assert.Equal(["/intensity/2026-06-01T10:04Z/fw48h", "/intensity/2026-05-18T14:28Z/2026-06-01T12:04Z"], vendor.Paths);
        Assert.Equal("GB Carbon Intensity, whole grid", reading.Source);
        Assert.Equal(45, reading.Forecast.Count);
    }

    [Fact]
    public async Task What_is_not_metered_yet_is_no_value()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking();
        vendor.On("/intensity/2026-06-01T10:04Z/fw48h", $$"""{"data":[{{Half(-2, "210", "220")}},{{Half(-1, "200", "240")}},{{Half(0, "190", "null")}},{{Half(1, "100", "null")}},{{Half(2, "80", "null")}},{{Half(3, "120", "null")}}]}""");

        var reading = await asking.ReadAsync(Documented.Zone("UkCarbonIntensity", vendor.Url));

        Assert.Equal((240, Asking.Noon.AddMinutes(-30)), (reading.GramsPerKWh, reading.ObservedAt));
        Assert.Equal([(11, 230.0)], reading.History.Select(point => (point.At.Hour, point.GramsPerKWh)));
        Assert.Equal([(13, 100.0)], reading.Forecast.Select(point => (point.At.Hour, point.GramsPerKWh)));
        Assert.Equal(CarbonFaults.RequestRefused, reading.Shortfall!.Reason);
    }

    [Theory]
    [InlineData(7, null, "/regional/intensity/2026-06-01T10:04Z/fw48h/regionid/7", "GB Carbon Intensity, region 7")]
    [InlineData(null, "RG10", "/regional/intensity/2026-06-01T10:04Z/fw48h/postcode/RG10", "GB Carbon Intensity, postcode RG10")]
    public async Task A_region_has_the_operators_estimates(int? region, string? postcode, string path, string source)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking();
        var slots = $"{Half(-1, "150", null)},{Half(0, "130", null)},{Half(2, "90", null)}";
        var wrapped = $$"""{"regionid":7,"dnoregion":"WPD South Wales","shortname":"South Wales","postcode":"RG10","data":[{{slots}}]}""";
        var zone = Asking.Zone(new CarbonProvider { UkCarbonIntensity = new UkCarbonIntensityProvider { BaseUrl = vendor.Url, RegionId = region, Postcode = postcode } });
        foreach (var data in new[] { wrapped, $"[{wrapped}]" })
        {
            vendor.On(path, $$"""{"data":{{data}}}""");

            var reading = await asking.ReadAsync(zone);

            Assert.Equal((130, Asking.Noon, source), (reading.GramsPerKWh, reading.ObservedAt, reading.Source));
            Assert.Equal([90.0], reading.Forecast.Select(point => point.GramsPerKWh));
        }
    }
}
