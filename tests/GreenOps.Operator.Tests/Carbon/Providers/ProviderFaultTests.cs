using System.Globalization;
using GreenOps.Operator.Carbon;
using GreenOps.Operator.Planning;
using k8s;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon.Providers;

/// <summary>What can go wrong with every vendor alike. Each fault has a reason and a sentence that says where to look.</summary>
public sealed class ProviderFaultTests
{
    public static TheoryData<string> Vendors => [.. Documented.Vendors];

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Documented_answers_give_the_value_its_past_and_its_future_by_the_hour(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers(name, asking.Now);

        var reading = await asking.ReadAsync(Documented.Zone(name, vendor.Url));

        Assert.Null(reading.Shortfall);
        Assert.Equal(300, reading.GramsPerKWh, 0.001);
        Assert.InRange(reading.ObservedAt, Asking.Noon, asking.Now.AddMinutes(1));
        Assert.True(reading.History.Count >= 24, $"There are {reading.History.Count} slots.");
        Assert.All(reading.History, point => Assert.Equal(0, point.At.UtcTicks % TimeSpan.TicksPerHour));
        Assert.All(reading.History.SkipLast(1).Skip(1), point => Assert.Equal(200, point.GramsPerKWh, 0.001));
        Assert.Equal(Asking.Noon, reading.History[^1].At);
        Assert.All(reading.Forecast, point => Assert.Equal(100, point.GramsPerKWh, 0.001));
        Assert.Equal(name == "Prometheus" ? [] : [Asking.Noon.AddHours(1)], reading.Forecast.Take(1).Select(point => point.At));
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Credentials_that_are_not_accepted_are_named_by_their_place(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Fail(401, """{"message":"Invalid token"}""");

        var refused = await asking.RefusedAsync(Documented.Zone(name, vendor.Url));

        Assert.Equal(CarbonFaults.Unauthorized, refused.Reason);
        Assert.Contains("(401): Invalid token", refused.Message);
        Assert.Contains(name is "UkCarbonIntensity" or "CarbonAwareSdk" ? "give some in provider." : "of Secret greenops/carbon", refused.Message);
        Assert.Single(vendor.Requests);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_used_up_quota_is_left_alone_for_as_long_as_the_vendor_says(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Fail(429, "", ("Retry-After", "1200"));
        var zone = Documented.Zone(name, vendor.Url);

        var poll = await asking.Poller.PollAsync(zone, asking.Now, TestContext.Current.CancellationToken);

        Assert.Equal(CarbonFaults.RateLimited, poll.Fault!.Reason);
        Assert.Contains("raise pollIntervalSeconds", poll.Fault.Message);
        Assert.Equal(asking.Now.AddMinutes(20), poll.NextAt);
        Assert.Single(vendor.Requests);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_pause_of_a_moment_is_kept_and_the_request_made_again(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers(name, asking.Now);
        var refusals = 0;
        vendor.Fault = context =>
        {
            if (Interlocked.Increment(ref refusals) > 1)
            {
                vendor.Fault = null;
            }

            context.Response.Headers.RetryAfter = "0";
            return Vendor.Write(context, 429, "");
        };

        Assert.Equal(300, (await asking.ReadAsync(Documented.Zone(name, vendor.Url))).GramsPerKWh, 0.001);
        Assert.Equal(2, refusals);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_vendor_in_trouble_is_asked_three_times_and_named(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Fail(503, "<html>down</html>");

        var refused = await asking.RefusedAsync(Documented.Zone(name, vendor.Url));

        Assert.Equal(CarbonFaults.ProviderUnavailable, refused.Reason);
        Assert.Contains($"at {vendor.Url} answers with an error of its own (503)", refused.Message);
        Assert.Equal(3, vendor.Requests.Count(request => request.Path == vendor.Requests[0].Path));
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_vendor_that_does_not_answer_is_given_up(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking(new CarbonPatience { Try = TimeSpan.FromMilliseconds(50), Pause = TimeSpan.Zero }).WithSecrets();
        vendor.Fault = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

        var refused = await asking.RefusedAsync(Documented.Zone(name, vendor.Url));

        Assert.Equal(CarbonFaults.TimedOut, refused.Reason);
        Assert.Contains("does not answer in time; check provider.", refused.Message);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_poll_ends_within_its_interval_also_where_an_answer_begins_and_never_ends(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Fault = async context =>
        {
            await context.Response.WriteAsync("[", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        var zone = Documented.Zone(name, vendor.Url);
        zone.Spec = zone.Spec with { PollIntervalSeconds = 1 };

        Assert.Equal(CarbonFaults.TimedOut, (await asking.RefusedAsync(zone)).Reason);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Half_an_answer_is_no_answer(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Fail(200, """{"data":[{"from":"2026-06-01T12:00""");

        var refused = await asking.RefusedAsync(Documented.Zone(name, vendor.Url));

        Assert.Equal(CarbonFaults.AnswerInvalid, refused.Reason);
        Assert.Contains("is cut off or is no JSON; check provider.", refused.Message);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task An_answer_that_breaks_off_is_no_answer(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Fault = async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("""{"data":[""");
            context.Abort();
        };

        var refused = await asking.RefusedAsync(Documented.Zone(name, vendor.Url));

        Assert.Equal(CarbonFaults.ProviderUnavailable, refused.Reason);
        Assert.Contains("cannot be reached", refused.Message);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Answers_of_another_shape_say_which_part_is_wrong(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        string[] bodies = ["[]", "{}", "null", "7", "\"text\"", "[[]]", "[7]", """{"data":7}""", """{"data":{}}""", """{"data":[{}]}""", """{"token":7}"""];
        foreach (var body in bodies)
        {
            vendor.Fail(200, body);

            var refused = await asking.RefusedAsync(Documented.Zone(name, vendor.Url));

            Assert.True(refused.Reason is CarbonFaults.AnswerInvalid or CarbonFaults.ValueMissing or CarbonFaults.WrongUnit, $"{body}: {refused.Reason} {refused.Message}");
            Assert.Contains("provider.", refused.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Mangled_answers_are_read_or_refused_in_words(string name)
    {
        const string Bits = "{}[],:\"\\-+.0123456789eTZnulNa ";
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers(name, asking.Now);
        Random random = new(7);
        vendor.Mangle = body =>
        {
            var text = body.ToCharArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                // Most of a long answer is like its beginning.
                text[random.Next(Math.Min(text.Length, 400))] = Bits[random.Next(Bits.Length)];
            }

            return new string(text);
        };
        for (var round = 0; round < 40; round++)
        {
            try
            {
                Assert.True(double.IsFinite((await asking.ReadAsync(Documented.Zone(name, vendor.Url))).GramsPerKWh));
            }
            catch (CarbonDataException refused)
            {
                Assert.NotEmpty(refused.Reason);
                Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task No_address_answers_is_a_fault_that_names_it(string name)
    {
        await using var asking = new Asking().WithSecrets();

        var refused = await asking.RefusedAsync(Documented.Zone(name, "http://127.0.0.1:1"));

        Assert.Equal(CarbonFaults.ProviderUnavailable, refused.Reason);
        Assert.Contains("at http://127.0.0.1:1 cannot be reached", refused.Message);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Credentials_do_not_follow_a_redirect(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var elsewhere = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Fail(302, "", ("Location", elsewhere.Url));

        var refused = await asking.RefusedAsync(Documented.Zone(name, vendor.Url));

        Assert.Equal(CarbonFaults.Redirected, refused.Reason);
        Assert.Contains("baseUrl to the final one", refused.Message);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_value_that_no_grid_has_is_in_another_unit(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers(name, asking.Now, present: "312000");

        var refused = await asking.RefusedAsync(Documented.Zone(name, vendor.Url));

        Assert.Equal(CarbonFaults.WrongUnit, refused.Reason);
        Assert.Contains("no grid has more than 5000", refused.Message);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task A_value_of_the_future_is_a_clock_that_is_wrong(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        if (name == "UkCarbonIntensity")
        {
            // What lies ahead is a forecast there, so a clock that is behind shows as a past without metered values.
            vendor.On($"/intensity/{Documented.UkStamp(asking.Now.AddHours(-2))}/fw48h", $$"""{"data":[{{Documented.UkSlot(asking.Now.AddHours(3), "100", "null")}}]}""");
            Assert.Equal(CarbonFaults.ValueMissing, (await asking.RefusedAsync(Documented.Zone(name, vendor.Url))).Reason);
            return;
        }

        vendor.Answers(name, asking.Now.AddHours(3));

        var refused = await asking.RefusedAsync(Documented.Zone(name, vendor.Url));

        Assert.Equal(CarbonFaults.ClockSkew, refused.Reason);
        Assert.Contains("yet to come by the operator's clock; check the clock", refused.Message);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task An_old_value_is_read_and_is_stale(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Answers(name, asking.Now);
        var zone = Documented.Zone(name, vendor.Url);
        var answered = asking.Now;
        asking.Now = name == "UkCarbonIntensity" ? answered : answered.AddHours(5);

        var poll = await asking.Poller.PollAsync(zone, asking.Now, TestContext.Current.CancellationToken);
        var plan = CarbonZonePlanner.Plan(zone, poll, answered.AddHours(5));

        if (name == "Prometheus")
        {
            Assert.Contains("too old to be the present one", poll.Fault!.Message);
            return;
        }

        var ready = plan.Status.Conditions!.Single(condition => condition.Type == "Ready");
        Assert.Equal(("False", "Stale"), (ready.Status, ready.Reason));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{poll.Reading!.ObservedAt:u}"), ready.Message);
    }

    [Theory]
    [InlineData("ElectricityMaps")]
    [InlineData("WattTime")]
    [InlineData("Prometheus")]
    public async Task No_secret_shows_in_the_log_the_status_or_an_event_also_when_the_vendor_repeats_it(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        Func<HttpContext, Task>?[] lives =
        [
            null,
            context => Vendor.Write(context, 401, $$"""{"error":"The header {{context.Request.Headers.Authorization}}{{context.Request.Headers["auth-token"]}} is not valid"}"""),
            context => Vendor.Write(context, 403, $$"""{"message":"{{Documented.Secret}} may not"}"""),
            context => Vendor.Write(context, 400, $$"""{"error":{"message":"bad {{Documented.Secret}}"} }"""),
            context => Vendor.Write(context, 500, $$"""{"detail":"{{Documented.Secret}}"}"""),
            context => Vendor.Write(context, 200, $$"""{"data":"{{Documented.Secret}}","token":"{{Documented.Secret}}","carbonIntensity":"{{Documented.Secret}}","datetime":"{{Documented.Secret}}","meta":{"units":"{{Documented.Secret}}"},"zone":"{{Documented.Secret}}"}"""),
        ];
        List<string> told = [];
        foreach (var life in lives)
        {
            vendor.Answers(name, asking.Now).Fault = life;
            var zone = Documented.Zone(name, vendor.Url);
            var poll = await asking.Poller.PollAsync(zone, asking.Now, TestContext.Current.CancellationToken);
            var plan = CarbonZonePlanner.Plan(zone, poll, asking.Now);
            told.Add(KubernetesJson.Serialize(plan.Status));
            told.AddRange(plan.Events.Select(planned => planned.ToString()));
            asking.Now = asking.Now.AddHours(1);
        }

        Assert.NotEmpty(asking.Log);
        Assert.DoesNotContain(Documented.Secret, string.Join('\n', told));
        Assert.DoesNotContain(Documented.Secret, asking.Log);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"user:{Documented.Secret}")), asking.Log + string.Join('\n', told));
        Assert.Contains(told, text => text.Contains("***", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_vendor_that_fails_all_its_zones_is_left_alone_for_a_while()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.Fail(500);
        for (var zone = 0; zone < 10; zone++)
        {
            await asking.RefusedAsync(Documented.Zone("ElectricityMaps", vendor.Url));
        }

        Assert.Equal(6, vendor.Requests.Count);
        Assert.Contains("is left alone for a while", (await asking.RefusedAsync(Documented.Zone("ElectricityMaps", vendor.Url))).Message);
    }

    [Theory]
    [InlineData("ElectricityMaps")]
    [InlineData("WattTime")]
    [InlineData("UkCarbonIntensity")]
    public async Task A_vendor_of_the_other_signal_is_not_even_asked(string name)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        var zone = Documented.Zone(name, vendor.Url);
        zone.Spec = zone.Spec with { Signal = name == "WattTime" ? Api.Zones.SignalType.Average : Api.Zones.SignalType.Marginal };

        var refused = await asking.RefusedAsync(zone);

        Assert.Equal(CarbonFaults.SignalMismatch, refused.Reason);
        Assert.Contains("make a CarbonZone with signal:", refused.Message);
        Assert.Empty(vendor.Requests);
    }
}
