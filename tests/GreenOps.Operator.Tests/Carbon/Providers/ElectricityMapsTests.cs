using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;
using GreenOps.Operator.Planning;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon.Providers;

public sealed class ElectricityMapsTests
{
    [Fact]
    public async Task The_zone_the_factors_and_the_token_go_along()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();

        var reading = await asking.ReadAsync(Documented.Zone("ElectricityMaps", vendor.Answers("ElectricityMaps", asking.Now).Url));

        Assert.Equal(["/carbon-intensity/latest", "/carbon-intensity/history", "/carbon-intensity/forecast"], vendor.Paths);
        Assert.All(vendor.Requests, request => Assert.Equal("?zone=DE&emissionFactorType=lifecycle", request.Query));
        Assert.All(vendor.Requests, request => Assert.Equal(Documented.Secret, request.Header("auth-token")));
        Assert.Equal("Electricity Maps DE, lifecycle", reading.Source);
    }

    [Fact]
    public async Task The_past_is_asked_for_once_an_hour()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        var zone = Documented.Zone("ElectricityMaps", vendor.Answers("ElectricityMaps", asking.Now).Url);
        for (var poll = 0; poll < 12; poll++)
        {
            var plan = CarbonZonePlanner.Plan(zone, await asking.Poller.PollAsync(zone, asking.Now, TestContext.Current.CancellationToken), asking.Now);
            zone.Status = plan.Status;
            asking.Now = asking.Now.AddMinutes(5);
        }

        // From 12:04 to 12:59: the first poll knew nothing, the others nothing new.
        Assert.Equal(12, vendor.Paths.Count(path => path.EndsWith("/latest", StringComparison.Ordinal)));
        Assert.Single(vendor.Paths, path => path.EndsWith("/history", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_without_a_forecast_gives_the_value_and_says_what_is_missing()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers("ElectricityMaps", asking.Now).On("/carbon-intensity/forecast", """{"error":"Your plan has no access to forecasts"}""", 403);
        var zone = Documented.Zone("ElectricityMaps", vendor.Url);

        var poll = await asking.Poller.PollAsync(zone, asking.Now, TestContext.Current.CancellationToken);
        var plan = CarbonZonePlanner.Plan(zone, poll, asking.Now);

        Assert.Equal(300, plan.Status.GramsPerKWh);
        Assert.Equal(ForecastSource.Blend, plan.Status.ForecastSource);
        Assert.Equal(96, plan.Status.Forecast!.Count);
        var polled = plan.Status.Conditions!.Single(condition => condition.Type == "Polled");
        Assert.Equal(("True", "ForecastUnavailable"), (polled.Status, polled.Reason));
        Assert.Contains("/carbon-intensity/forecast (403): Your plan has no access to forecasts", polled.Message);
        Assert.Equal(["Fresh"], plan.Events.Select(told => told.Reason));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("-1")]
    public async Task A_missing_value_is_never_taken_for_a_clean_grid(string missing)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.On("/carbon-intensity/latest", Documented.ElectricityMaps(Asking.Noon, missing));

        var refused = await asking.RefusedAsync(Documented.Zone("ElectricityMaps", vendor.Url));

        Assert.Equal((CarbonFaults.ValueMissing, "Electricity Maps has no value for now; check the zone in provider.electricityMaps."), (refused.Reason, refused.Message));
    }

    [Fact]
    public async Task Gaps_in_the_past_are_passed_over()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers("ElectricityMaps", asking.Now).On(
            "/carbon-intensity/history",
            $$"""{"zone":"DE","history":[{{Documented.ElectricityMaps(Asking.Noon.AddHours(-3), "240")}},{{Documented.ElectricityMaps(Asking.Noon.AddHours(-2), "null")}},{{Documented.ElectricityMaps(Asking.Noon.AddHours(-1), "260")}}]}""");

        var reading = await asking.ReadAsync(Documented.Zone("ElectricityMaps", vendor.Url));

        Assert.Equal([(9, 240.0), (11, 260.0), (12, 300.0)], reading.History.Select(point => (point.At.Hour, point.GramsPerKWh)));
    }

    [Theory]
    [InlineData("direct", "DE", CarbonFaults.WrongUnit, "counts direct emissions, not lifecycle ones")]
    [InlineData("lifecycle", "FR", CarbonFaults.AnswerInvalid, "is for zone FR, not for DE")]
    public async Task An_answer_to_another_question_is_refused(string factors, string place, string reason, string sentence)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.On("/carbon-intensity/latest", Documented.ElectricityMaps(Asking.Noon, "300", factors, place));

        var refused = await asking.RefusedAsync(Documented.Zone("ElectricityMaps", vendor.Url));

        Assert.Equal(reason, refused.Reason);
        Assert.Contains(sentence, refused.Message);
    }

    [Theory]
    [InlineData("\"2026-06-01T12:00:00\"", "datetime is '2026-06-01T12:00:00' and should be a time with its offset from UTC")]
    [InlineData("\"noon\"", "datetime is 'noon' and should be a time")]
    [InlineData("null", "datetime is missing")]
    public async Task A_time_that_could_be_a_local_one_is_refused(string time, string sentence)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.On("/carbon-intensity/latest", $$"""{"zone":"DE","carbonIntensity":300,"datetime":{{time}}}""");

        Assert.Contains(sentence, (await asking.RefusedAsync(Documented.Zone("ElectricityMaps", vendor.Url))).Message);
    }
}
