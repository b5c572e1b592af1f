using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;
using GreenOps.Operator.Planning;
using GreenOps.Operator.Tests.Worlds;
using k8s.Models;
using Xunit;

namespace GreenOps.Operator.Tests.Planning;

/// <summary>What becomes of a zone's status when its provider says something, or nothing.</summary>
public sealed class CarbonZonePlannerTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly CarbonZone zone = new()
    {
        Metadata = new V1ObjectMeta { Name = "de", Uid = "de", Generation = 1 },
        Spec = new CarbonZoneSpec
        {
            Provider = new CarbonProvider { CarbonAwareSdk = new CarbonAwareSdkProvider { BaseUrl = "http://sdk", Location = "de" } },
        },
    };

    private DateTimeOffset now = Samples.Noon.AddMinutes(4);

    [Fact]
    public void A_forecast_of_the_providers_is_taken_and_goes_on_as_a_blend_where_it_ends()
    {
        var status = Read(history: Days(7), forecast: Points(1, 24, _ => 100)).Status;

        Assert.Equal(ForecastSource.Provider, status.ForecastSource);
        Assert.Equal(Samples.Noon.AddHours(25), status.ForecastBlendFrom);
        Assert.Equal(Enumerable.Range(1, 96).Select(ahead => Samples.Noon.AddHours(ahead)), status.Forecast!.Select(point => point.At));
        Assert.All(status.Forecast!.Take(24), point => Assert.Equal(100, point.GramsPerKWh));
        Assert.All(status.Forecast!.Skip(24), point => Assert.Equal(Typical(point.At), point.GramsPerKWh, 0.11));
    }

    [Fact]
    public void Without_one_the_blend_repeats_the_days_before()
    {
        var status = Read(history: Days(7)).Status;

        Assert.Equal((ForecastSource.Blend, null), (status.ForecastSource, status.ForecastBlendFrom));
        Assert.Equal(96, status.Forecast!.Count);
        Assert.All(status.Forecast, point => Assert.Equal(Typical(point.At), point.GramsPerKWh, 0.11));
    }

    [Fact]
    public void A_forecast_that_lies_in_the_past_is_none()
    {
        var status = Read(history: Days(2), forecast: Points(-30, 24, _ => 100)).Status;

        Assert.Equal(ForecastSource.Blend, status.ForecastSource);
        Assert.Equal(Samples.Noon.AddHours(1), status.Forecast![0].At);
    }

    [Fact]
    public void A_value_of_the_hour_before_does_not_shift_the_forecast()
    {
        now = Samples.Noon.AddMinutes(59);

        var status = Plan(new CarbonReading(Typical(Samples.Noon.AddHours(-1)), Samples.Noon.AddHours(-1), Hour, "sdk") { History = [.. Days(7).SkipLast(1)] }).Status;

        Assert.Equal(Samples.Noon.AddHours(1), status.Forecast![0].At);
        Assert.All(status.Forecast, point => Assert.Equal(Typical(point.At), point.GramsPerKWh, 0.11));
    }

    [Fact]
    public void History_grows_by_what_is_measured_to_fifteen_days_and_no_more()
    {
        for (var hour = 0; hour < 400; hour++)
        {
            Read(history: Points(0, 1, Typical));
            now += Hour;
        }

        var history = zone.Status!.History!;
        Assert.Equal(360, history.Count);
        Assert.Equal(Enumerable.Range(0, 360).Select(hour => history[0].At.AddHours(hour)), history.Select(point => point.At));
        Assert.Equal(Samples.Noon.AddHours(399), history[^1].At);
    }

    [Fact]
    public void What_is_measured_again_takes_the_place_of_what_was_measured_before()
    {
        Read(history: Points(-2, 3, _ => 300));
        Read(history: Points(-1, 2, _ => 250));

        Assert.Equal([300, 250, 250], zone.Status!.History!.Select(point => point.GramsPerKWh));
    }

    [Fact]
    public void Another_source_begins_another_history()
    {
        Read(history: Days(3), source: "sdk de");
        Read(history: Points(0, 1, _ => 50), source: "sdk fr");

        Assert.Equal([50], zone.Status!.History!.Select(point => point.GramsPerKWh));
        Assert.Null(zone.Status.ForecastErrorRatio);
    }

    [Fact]
    public void A_forecast_is_held_against_what_came()
    {
        // Every forecast says 10 % more than what comes.
        for (var hour = 0; hour < 40; hour++)
        {
            var at = now;
            Read(history: Points(0, 1, Typical), forecast: [.. Enumerable.Range(1, 48).Select(ahead => Floor(at).AddHours(ahead)).Select(time => new IntensityPoint { At = time, GramsPerKWh = 1.1 * Typical(time) })]);
            now += Hour;
            Assert.Equal(hour < 7, zone.Status!.ForecastErrorRatio is null);
        }

        Assert.Equal(0.1, zone.Status!.ForecastErrorRatio!.Value, 0.001);
        Assert.Equal(24, zone.Status.ForecastOnTrial!.Points.Count);
    }

    [Fact]
    public void A_forecast_whose_hours_were_not_measured_proves_nothing()
    {
        Read(history: Points(0, 1, Typical), forecast: Points(1, 24, Typical));
        now += TimeSpan.FromHours(30);
        Read(history: Points(0, 1, Typical), forecast: Points(1, 24, Typical));

        Assert.Null(zone.Status!.ForecastErrorRatio);
        Assert.Equal(now, zone.Status.ForecastOnTrial!.MadeAt);
    }

    [Fact]
    public void A_fault_keeps_the_last_value_until_it_is_stale_and_warns_once()
    {
        Read(history: Days(1));
        List<string> told = [];
        for (var minutes = 5; minutes <= 180; minutes += 5)
        {
            now = Samples.Noon.AddMinutes(4 + minutes);
            told.AddRange(Fail(CarbonFaults.ProviderUnavailable, "It is down.").Events.Select(planned => $"{planned.Type} {planned.Reason}"));
        }

        Assert.Equal(["Warning ProviderUnavailable", "Warning Stale"], told);
        Assert.NotNull(zone.Status!.GramsPerKWh);
        Assert.NotEmpty(zone.Status.Forecast!);
        Assert.Equal([("Polled", "False", "ProviderUnavailable"), ("Ready", "False", "Stale")], Conditions());
        Assert.EndsWith("training runs at once and mixes stay. It is down.", zone.Status.Conditions![1].Message, StringComparison.Ordinal);

        Assert.Equal(["Normal Fresh"], Read(history: Points(0, 1, Typical)).Events.Select(planned => $"{planned.Type} {planned.Reason}"));
    }

    [Fact]
    public void A_value_grows_stale_also_while_nobody_may_ask()
    {
        Read(history: Days(1));
        Fail(CarbonFaults.RateLimited, "Too many.", retry: TimeSpan.FromHours(10));
        Assert.Equal([("Polled", "False", "RateLimited"), ("Ready", "True", "ReadFailed")], Conditions());

        var plan = Plan(new ZonePoll(null, null, now.AddHours(10)));
        Assert.True(now + plan.RequeueAfter > Samples.Noon.AddHours(2) && now + plan.RequeueAfter < Samples.Noon.AddHours(2).AddSeconds(1), $"It is looked at in {plan.RequeueAfter}.");

        now += plan.RequeueAfter;
        Plan(new ZonePoll(null, null, now.AddHours(8)));
        Assert.Equal([("Polled", "False", "RateLimited"), ("Ready", "False", "Stale")], Conditions());
        Assert.Contains("Too many.", zone.Status!.Conditions![1].Message);
    }

    [Fact]
    public void A_zone_that_never_had_a_value_says_why()
    {
        var plan = Fail(CarbonFaults.Unauthorized, "The token is not accepted.");

        Assert.Equal([("Polled", "False", "Unauthorized"), ("Ready", "False", "NoData")], Conditions());
        Assert.Equal("The token is not accepted.", zone.Status!.Conditions![1].Message);
        Assert.Equal([(PlannedEvent.Warning, "Unauthorized")], plan.Events.Select(planned => (planned.Type, planned.Reason)));
    }

    [Fact]
    public void One_fault_after_another_is_told_each_time()
    {
        Fail(CarbonFaults.Unauthorized, "The token is not accepted.");

        Assert.Equal(["AccessDenied"], Fail(CarbonFaults.AccessDenied, "The plan has no DE.").Events.Select(planned => planned.Reason));
        Assert.Empty(Fail(CarbonFaults.AccessDenied, "The plan has no DE.").Events);
    }

    [Fact]
    public void The_same_word_of_a_provider_is_written_once()
    {
        var reading = new CarbonReading(300, Samples.Noon, Hour, "sdk") { History = Days(3), Forecast = Points(1, 24, _ => 100) };
        Plan(reading);
        var before = zone.Status!;
        Plan(reading);

        Assert.True(StatusText.Same(before, zone.Status));
    }

    private CarbonZonePlan Read(IReadOnlyList<IntensityPoint> history, IReadOnlyList<IntensityPoint>? forecast = null, string source = "sdk") =>
        Plan(new CarbonReading(history[^1].GramsPerKWh, history[^1].At, Hour, source) { History = history, Forecast = forecast ?? [] });

    private CarbonZonePlan Fail(string reason, string message, TimeSpan? retry = null) =>
        Plan(new ZonePoll(null, new CarbonFault(reason, message), now + (retry ?? TimeSpan.FromMinutes(5))));

    private CarbonZonePlan Plan(CarbonReading reading) => Plan(new ZonePoll(reading, null, now.AddMinutes(5)));

    private CarbonZonePlan Plan(ZonePoll poll)
    {
        var plan = CarbonZonePlanner.Plan(zone, poll, now);
        zone.Status = Copy.Of(plan.Status);
        return plan;
    }

    private IEnumerable<(string, string, string)> Conditions() =>
        zone.Status!.Conditions!.Select(condition => (condition.Type, condition.Status, condition.Reason));

    /// <summary>The last days up to the present hour.</summary>
    private IReadOnlyList<IntensityPoint> Days(int count) => Points(-24 * count, (24 * count) + 1, Typical);

    private IReadOnlyList<IntensityPoint> Points(int from, int count, Func<DateTimeOffset, double> grams) =>
        [.. Enumerable.Range(from, count).Select(hours => Floor(now).AddHours(hours)).Select(at => new IntensityPoint { At = at, GramsPerKWh = grams(at) })];

    /// <summary>Every day is like the other.</summary>
    private static double Typical(DateTimeOffset at) => 200 + (10 * at.Hour);

    private static DateTimeOffset Floor(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}
