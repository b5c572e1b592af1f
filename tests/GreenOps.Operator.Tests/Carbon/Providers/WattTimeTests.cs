using System.Text;
using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon.Providers;

public sealed class WattTimeTests
{
    [Fact]
    public async Task A_login_comes_before_the_token()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();

        var reading = await asking.ReadAsync(Documented.Zone("WattTime", vendor.Answers("WattTime", asking.Now).Url));

        Assert.Equal(["/login", "/v3/forecast", "/v3/historical"], vendor.Paths);
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{Documented.Secret}"))}", vendor.Requests[0].Header("Authorization"));
        Assert.All(vendor.Requests.Skip(1), request => Assert.Equal($"Bearer {Documented.Secret}-token", request.Header("Authorization")));
        Assert.Equal("?region=CAISO_NORTH&signal_type=co2_moer&horizon_hours=72", vendor.Requests[1].Query);
        Assert.Equal("?region=CAISO_NORTH&signal_type=co2_moer&start=2026-05-18T12%3A00%3A00Z&end=2026-06-01T12%3A04%3A00Z", vendor.Requests[2].Query);
        Assert.Equal("WattTime CAISO_NORTH, co2_moer", reading.Source);
    }

    [Fact]
    public async Task Pounds_become_grams()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers("WattTime", asking.Now).On("/v3/forecast", Documented.WattTime(asking.Now, Documented.WattTimePoint(Asking.Noon, "890")));

        Assert.Equal(890 * 0.45359237, (await asking.ReadAsync(Documented.Zone("WattTime", vendor.Url))).GramsPerKWh, 1e-9);
    }

    [Fact]
    public async Task A_token_serves_until_shortly_before_it_ends()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        var zone = Documented.Zone("WattTime", vendor.Answers("WattTime", asking.Now).Url);
        await asking.ReadAsync(zone);

        asking.Now = asking.Now.AddMinutes(24);
        await asking.ReadAsync(zone);
        Assert.Single(vendor.Paths, "/login");

        asking.Now = asking.Now.AddMinutes(2);
        await asking.ReadAsync(zone);
        Assert.Equal(2, vendor.Paths.Count(path => path == "/login"));
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced_once()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        var zone = Documented.Zone("WattTime", vendor.Answers("WattTime", asking.Now).Url);
        await asking.ReadAsync(zone);
        vendor.On("/login", """{"token":"second"}""");
        vendor.Fault = context => context.Request.Headers.Authorization.ToString().EndsWith("-token", StringComparison.Ordinal)
            ? Vendor.Write(context, 401, "")
            : Release(context);

        Task Release(Microsoft.AspNetCore.Http.HttpContext context)
        {
            vendor.Fault = null;
            return Vendor.Write(context, 200, """{"token":"second"}""");
        }

        Assert.Equal(300, (await asking.ReadAsync(zone)).GramsPerKWh, 0.001);
        Assert.Equal(["/v3/forecast", "/login", "/v3/forecast", "/v3/historical"], vendor.Paths.Skip(3));
        Assert.Equal("Bearer second", vendor.Requests[^1].Header("Authorization"));
    }

    [Fact]
    public async Task A_new_password_is_used_at_the_next_poll()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        var zone = Documented.Zone("WattTime", vendor.Answers("WattTime", asking.Now).Url);
        await asking.ReadAsync(zone);

        asking.Secrets["greenops/carbon/password"] = "rotated";
        await asking.ReadAsync(zone);

        Assert.Equal(
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("user:rotated"))}",
            vendor.Requests.Last(request => request.Path == "/login").Header("Authorization"));
    }

    [Fact]
    public async Task Where_there_is_no_forecast_the_end_of_the_past_is_the_present()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers("WattTime", asking.Now).On("/v3/forecast", """{"error":"INVALID_SCOPE","message":"Your account does not have access"}""", 403);

        var reading = await asking.ReadAsync(Documented.Zone("WattTime", vendor.Url));

        Assert.Equal(200, reading.GramsPerKWh, 0.001);
        Assert.Empty(reading.Forecast);
        Assert.Equal(CarbonFaults.AccessDenied, reading.Shortfall!.Reason);
    }

    [Fact]
    public async Task An_account_that_may_have_neither_is_told_so()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers("WattTime", asking.Now)
            .On("/v3/forecast", """{"message":"Your account does not have access"}""", 403)
            .On("/v3/historical", """{"message":"Your account does not have access"}""", 403);

        var refused = await asking.RefusedAsync(Documented.Zone("WattTime", vendor.Url));

        Assert.Equal(CarbonFaults.AccessDenied, refused.Reason);
        Assert.Contains("check the plan and the zone in provider.wattTime", refused.Message);
    }

    [Theory]
    [InlineData("percentile", "co2_moer", CarbonFaults.WrongUnit, "is in percentile, not in lbs_co2_per_mwh")]
    [InlineData("lbs_co2_per_mwh", "co2_aoer", CarbonFaults.SignalMismatch, "is co2_aoer, not co2_moer")]
    public async Task An_answer_in_another_unit_or_of_another_signal_is_refused(string units, string signal, string reason, string sentence)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers("WattTime", asking.Now).On("/v3/forecast", Documented.WattTime(asking.Now, Documented.WattTimePoint(Asking.Noon, "50"), units, signal));

        var refused = await asking.RefusedAsync(Documented.Zone("WattTime", vendor.Url));

        Assert.Equal(reason, refused.Reason);
        Assert.Contains(sentence, refused.Message);
    }

    [Fact]
    public async Task The_average_signal_is_another_zone_of_the_same_account()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers("WattTime", asking.Now)
            .On("/v3/forecast", Documented.WattTime(asking.Now, Documented.WattTimePoint(Asking.Noon, "50"), signal: "co2_aoer"))
            .On("/v3/historical", Documented.WattTime(asking.Now, "", signal: "co2_aoer"));
        var zone = Documented.Zone("WattTime", vendor.Url);
        zone.Spec = zone.Spec with
        {
            Signal = SignalType.Average,
            Provider = new CarbonProvider { WattTime = zone.Spec.Provider.WattTime! with { SignalType = "co2_aoer" } },
        };

        Assert.Equal("WattTime CAISO_NORTH, co2_aoer", (await asking.ReadAsync(zone)).Source);
    }
}
