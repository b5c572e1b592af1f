using GreenOps.Api.Zones;
using GreenOps.Operator.Carbon;
using GreenOps.Operator.Tests.Load;
using Xunit;

namespace GreenOps.Operator.Tests.Carbon.Providers;

public sealed class PrometheusTests
{
    private const string Query = "/api/v1/query";
    private const string Stamp = "1780315440.781";

    private static string Vector(params string[] values) =>
        $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{string.Join(',', values.Select(value => $$"""{"metric":{},"value":[{{Stamp}},"{{value}}"]}"""))}}}]}}""";

    private static CarbonZone In(CarbonZone zone, CarbonUnit unit)
    {
        zone.Spec = zone.Spec with { Provider = new CarbonProvider { Prometheus = zone.Spec.Provider.Prometheus! with { Unit = unit } } };
        return zone;
    }

    [Fact]
    public async Task The_query_goes_to_the_present_and_over_the_past_by_the_hour()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();

        await asking.ReadAsync(Documented.Zone("Prometheus", vendor.Answers("Prometheus", asking.Now).Url));

        Assert.Equal(["?query=grid_intensity", $"?query=grid_intensity&start={Asking.Noon.AddDays(-14).ToUnixTimeSeconds()}&end={Asking.Noon.ToUnixTimeSeconds()}&step=3600"], vendor.Requests.Select(request => request.Query));
        Assert.All(vendor.Requests, request => Assert.Equal($"Bearer {Documented.Secret}", request.Header("Authorization")));
    }

    [Theory]
    [InlineData(CarbonUnit.GramsPerKWh, "312.5", 312.5)]
    [InlineData(CarbonUnit.KilogramsPerMWh, "312.5", 312.5)]
    [InlineData(CarbonUnit.TonnesPerGWh, "312.5", 312.5)]
    [InlineData(CarbonUnit.KilogramsPerKWh, "0.3125", 312.5)]
    [InlineData(CarbonUnit.PoundsPerMWh, "1000", 453.59237)]
    public async Task The_stated_unit_is_converted(CarbonUnit unit, string value, double grams)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.On(Query, Vector(value));

        Assert.Equal(grams, (await asking.ReadAsync(In(Documented.Zone("Prometheus", vendor.Url), unit))).GramsPerKWh, 1e-9);
    }

    [Fact]
    public async Task A_scalar_will_do()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.On(Query, $$$"""{"status":"success","data":{"resultType":"scalar","result":[{{{Stamp}}},"250"]}}""");

        Assert.Equal(250, (await asking.ReadAsync(Documented.Zone("Prometheus", vendor.Url))).GramsPerKWh);
    }

    public static TheoryData<string, string, string> Faults { get; } = new()
    {
        { Vector(), CarbonFaults.ValueMissing, "had no sample in the last five minutes; check provider.prometheus.query" },
        { Vector("NaN"), CarbonFaults.ValueMissing, "gives NaN, which is no intensity" },
        { Vector("+Inf"), CarbonFaults.ValueMissing, "gives +Inf, which is no intensity" },
        { Vector("-1"), CarbonFaults.ValueMissing, "gives -1, which is no intensity" },
        { Vector("1", "2"), CarbonFaults.AnswerInvalid, "gives 2 series and one is needed" },
        { """{"status":"success","data":{"resultType":"matrix","result":[]}}""", CarbonFaults.AnswerInvalid, "gives a matrix" },
        { """{"status":"success","data":{"resultType":"scalar","result":[1]}}""", CarbonFaults.AnswerInvalid, "a sample has 1 parts" },
        { """{"status":"success","data":{"resultType":"scalar","result":[1780311600,"250"]}}""", CarbonFaults.ValueMissing, "too old to be the present one" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_is_no_present_intensity_is_refused(string body, string reason, string sentence)
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.On(Query, body);

        var refused = await asking.RefusedAsync(Documented.Zone("Prometheus", vendor.Url));

        Assert.Equal(reason, refused.Reason);
        Assert.Contains(sentence, refused.Message);
    }

    [Fact]
    public async Task A_query_that_does_not_parse_is_answered_in_Prometheus_own_words()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.On(Query, """{"status":"error","errorType":"bad_data","error":"1:5: parse error: unexpected end of input"}""", 400);

        var refused = await asking.RefusedAsync(Documented.Zone("Prometheus", vendor.Url));

        Assert.Equal(CarbonFaults.RequestRefused, refused.Reason);
        Assert.Contains("(400): 1:5: parse error: unexpected end of input; check provider.prometheus", refused.Message);
    }

    [Fact]
    public async Task A_user_name_and_a_password_will_do()
    {
        await using var vendor = await Vendor.StartAsync();
        await using var asking = new Asking().WithSecrets();
        vendor.On(Query, Vector("250"));
        var zone = Documented.Zone("Prometheus", vendor.Url);
        zone.Spec = zone.Spec with { Provider = new CarbonProvider { Prometheus = zone.Spec.Provider.Prometheus! with { TokenSecretRef = null, BasicAuthSecretRef = Documented.Login } } };

        await asking.ReadAsync(zone);

        Assert.StartsWith("Basic ", vendor.Requests[0].Header("Authorization"), StringComparison.Ordinal);
    }
}

/// <summary>What a real Prometheus answers.</summary>
public sealed class PrometheusOfItsOwnTests(RealPrometheus prometheus) : IClassFixture<RealPrometheus>
{
    [Fact]
    public async Task An_intensity_that_is_exported_is_read()
    {
        prometheus.Require();
        await using Asking asking = new() { Now = TimeProvider.System.GetUtcNow() };
        var zone = Asking.Zone(new CarbonProvider { Prometheus = new PrometheusProvider { BaseUrl = prometheus.Url, Query = "100 * sum(in_flight)", Unit = CarbonUnit.GramsPerKWh } });

        var reading = await asking.ReadAsync(zone);

        Assert.Equal(650, reading.GramsPerKWh);
        Assert.Null(reading.Shortfall);
    }
}
