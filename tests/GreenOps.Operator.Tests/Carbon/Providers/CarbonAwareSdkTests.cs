using GreenOps.Operator.Carbon;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon.Providers;

public sealed class CarbonAwareSdkTests
{
    private const string Emissions = "/emissions/bylocation";
    private const string Forecast = "/emissions/forecasts/current";

    [Fact]
    public async Task The_location_and_the_last_week_are_asked_for()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking();

        var reading = await asking.ReadAsync(Documented.Zone("CarbonAwareSdk", vendor.Answers("CarbonAwareSdk", asking.Now).Url));

        Assert.Equal([Emissions, Forecast], vendor.Paths);
        Assert.Equal("?location=westeurope&time=2026-05-25T12%3A04%3A00Z&toTime=2026-06-01T12%3A04%3A00Z", vendor.Requests[0].Query);
        Assert.Equal("?location=westeurope", vendor.Requests[1].Query);
        Assert.Equal("carbon-aware-sdk westeurope", reading.Source);
    }

    [Fact]
    public async Task No_content_is_no_value()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking();
        vendor.On(Emissions, "", 204).On(Forecast, "", 204);

        Assert.Equal(CarbonFaults.ValueMissing, (await asking.RefusedAsync(Documented.Zone("CarbonAwareSdk", vendor.Url))).Reason);
    }

    [Fact]
    public async Task Without_a_forecast_there_is_none_and_nothing_is_amiss()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking();
        vendor.Answers("CarbonAwareSdk", asking.Now).On(Forecast, "", 204);

        var reading = await asking.ReadAsync(Documented.Zone("CarbonAwareSdk", vendor.Url));

        Assert.Empty(reading.Forecast);
        Assert.Null(reading.Shortfall);
    }

    [Fact]
    public async Task A_source_that_has_no_forecasts_at_all_says_so()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking();
        vendor.Answers("CarbonAwareSdk", asking.Now).On(Forecast, """{"title":"NotImplemented","detail":"The source has no forecasts"}""", 501);

        Assert.Contains("(501): The source has no forecasts", (await asking.ReadAsync(Documented.Zone("CarbonAwareSdk", vendor.Url))).Shortfall!.Message);
    }

    [Fact]
    public async Task Nulls_and_minus_one_are_never_taken_for_a_clean_grid()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking();
        vendor.On(Emissions, """[{"location":"westeurope","time":"2026-06-01T11:45:11.5092741+00:00","rating":70},{"location":"westeurope","time":"2026-06-01T13:58:00+02:00","rating":-1},{"location":"westeurope","time":"2026-06-01T12:01:00Z","rating":null}]""")
            .On(Forecast, """[{"location":"westeurope","forecastData":[{"timestamp":"2026-06-01T13:00:00+00:00","duration":5,"value":-1},{"timestamp":"2026-06-01T13:05:00+00:00","duration":5,"value":50}]}]""");

        var reading = await asking.ReadAsync(Documented.Zone("CarbonAwareSdk", vendor.Url));

        Assert.Equal(70, reading.GramsPerKWh);
        Assert.Equal([50.0], reading.Forecast.Select(point => point.GramsPerKWh));
    }
}
