using System.Globalization;
using System.Text;
using GreenOps.Api.Zones;

namespace GreenOps.Operator.Tests.Carbon.Providers;

/// <summary>One zone a vendor, and the vendor's answers in their documented shape for a moment.</summary>
internal static class Documented
{
    public const string Secret = "s3cr3t-value-of-the-test";

    public static readonly IReadOnlyList<string> Vendors = ["ElectricityMaps", "WattTime", "UkCarbonIntensity", "CarbonAwareSdk", "Prometheus"];

    /// <summary>A zone of the vendor at an address.</summary>
    public static CarbonZone Zone(string vendor, string url) => vendor switch
    {
        "ElectricityMaps" => Asking.Zone(new CarbonProvider { ElectricityMaps = new ElectricityMapsProvider { Zone = "DE", TokenSecretRef = Token, BaseUrl = url } }),
        "WattTime" => Asking.Zone(
            new CarbonProvider { WattTime = new WattTimeProvider { Region = "CAISO_NORTH", CredentialsSecretRef = Login, BaseUrl = url } }, SignalType.Marginal),
        "UkCarbonIntensity" => Asking.Zone(new CarbonProvider { UkCarbonIntensity = new UkCarbonIntensityProvider { BaseUrl = url } }),
        "CarbonAwareSdk" => Asking.Zone(new CarbonProvider { CarbonAwareSdk = new CarbonAwareSdkProvider { BaseUrl = url, Location = "westeurope" } }),
        "Prometheus" => Asking.Zone(new CarbonProvider
        {
            Prometheus = new PrometheusProvider { BaseUrl = url, Query = "grid_intensity", Unit = CarbonUnit.GramsPerKWh, TokenSecretRef = Token },
        }),
        _ => throw new ArgumentException(vendor, nameof(vendor)),
    };

    public static SecretKeyReference Token => new() { Namespace = "greenops", Name = "carbon", Key = "token" };

    public static SecretReference Login => new() { Namespace = "greenops", Name = "carbon" };

    /// <summary>Puts the credentials where the zones look for them.</summary>
    public static Asking WithSecrets(this Asking asking)
    {
        asking.Secrets["greenops/carbon/token"] = Secret;
        asking.Secrets["greenops/carbon/username"] = "user";
        asking.Secrets["greenops/carbon/password"] = Secret;
        return asking;
    }

    /// <summary>Lets the vendor answer as documented: 300 g/kWh now (WattTime: 661.4 lb/MWh), 200 before and 100 to come.</summary>
    public static Vendor Answers(this Vendor vendor, string name, DateTimeOffset now, string present = "300") => name switch
    {
        "ElectricityMaps" => vendor
            .On("/carbon-intensity/latest", ElectricityMaps(Hour(now), present))
            .On("/carbon-intensity/history", $$"""{"zone":"DE","history":[{{Join(24, back => ElectricityMaps(Hour(now).AddHours(-24 + back), "200"))}}]}""")
            .On("/carbon-intensity/forecast", $$"""{"zone":"DE","forecast":[{{Join(24, ahead => $$"""{"carbonIntensity":100,"datetime":"{{Stamp(Hour(now).AddHours(ahead))}}"}""")}}],"updatedAt":"{{Stamp(now)}}"}"""),
        "WattTime" => vendor
            .On("/login", $$"""{"token":"{{Secret}}-token"}""")
            .On("/v3/forecast", WattTime(now, Join(72 * 12, step => WattTimePoint(Five(now).AddMinutes(5 * step), step == 0 ? present == "300" ? "661.38679" : present : "220.46226"))))
            .On("/v3/historical", WattTime(now, Join(14 * 24 * 12, back => WattTimePoint(Five(now).AddMinutes(-5 * (back + 1)), "440.92452")))),
        "UkCarbonIntensity" => vendor
            .On($"/intensity/{UkStamp(now.AddHours(-2))}/fw48h", Uk(96, half => Half(now.AddHours(-2)).AddMinutes(30 * half), now, present))
            .On($"/intensity/{UkStamp(now.AddDays(-13.9))}/{UkStamp(now)}", Uk(667, half => Half(now.AddDays(-13.9)).AddMinutes(30 * half), now, present)),
        "CarbonAwareSdk" => vendor
            .On("/emissions/bylocation", $"[{Join(24 * 7, back => $$"""{"location":"westeurope","time":"{{SdkStamp(Hour(now).AddHours(-back))}}","rating":{{(back == 0 ? present : "200")}},"duration":"01:00:00"}""")}]")
            .On("/emissions/forecasts/current", $$"""[{"generatedAt":"{{SdkStamp(now)}}","requestedAt":"{{SdkStamp(now)}}","location":"westeurope","dataStartAt":"{{SdkStamp(now)}}","dataEndAt":"{{SdkStamp(now.AddDays(1))}}","windowSize":5,"optimalDataPoints":[],"forecastData":[{{Join(288, step => $$"""{"location":"westeurope","timestamp":"{{SdkStamp(Five(now).AddMinutes(5 * step))}}","duration":5,"value":100}""")}}]}]"""),
        "Prometheus" => vendor
            .On("/api/v1/query", $$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"grid_intensity"},"value":[{{now.ToUnixTimeSeconds()}}.781,"{{present}}"]}]} }""")
            .On("/api/v1/query_range", $$"""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[{{Join(48, back => $"[{Hour(now).AddHours(back - 48).ToUnixTimeSeconds()},\"200\"]")}}]}]} }"""),
        _ => throw new ArgumentException(name, nameof(name)),
    };

    public static string ElectricityMaps(DateTimeOffset at, string grams, string factors = "lifecycle", string zone = "DE") =>
        $$"""{"zone":"{{zone}}","carbonIntensity":{{grams}},"datetime":"{{Stamp(at)}}","updatedAt":"{{Stamp(at.AddMinutes(3))}}","createdAt":"{{Stamp(at)}}","emissionFactorType":"{{factors}}","isEstimated":true,"estimationMethod":"TIME_SLICER_AVERAGE"}""";

    public static string WattTime(DateTimeOffset now, string points, string units = "lbs_co2_per_mwh", string signal = "co2_moer") =>
        $$"""{"data":[{{points}}],"meta":{"data_point_period_seconds":300,"region":"CAISO_NORTH","warnings":[],"signal_type":"{{signal}}","model":{"date":"2026-03-01"},"units":"{{units}}","generated_at":"{{SdkStamp(now)}}"} }""";

    public static string WattTimePoint(DateTimeOffset at, string pounds) => $$"""{"point_time":"{{SdkStamp(at)}}","value":{{pounds}}}""";

    public static string UkSlot(DateTimeOffset from, string forecast, string? actual) =>
        $$"""{"from":"{{UkStamp(from)}}","to":"{{UkStamp(from.AddMinutes(30))}}","intensity":{"forecast":{{forecast}},{{(actual is null ? "" : $"\"actual\":{actual},")}}"index":"moderate"} }""";

    public static string UkStamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    public static string Join(int count, Func<int, string> entry) =>
        Enumerable.Range(0, count).Aggregate(new StringBuilder(), (text, index) => text.Append(index == 0 ? "" : ",").Append(entry(index))).ToString();

    public static DateTimeOffset Hour(DateTimeOffset at) => Floor(at, TimeSpan.FromHours(1));

    public static DateTimeOffset Half(DateTimeOffset at) => Floor(at, TimeSpan.FromMinutes(30));

    public static DateTimeOffset Five(DateTimeOffset at) => Floor(at, TimeSpan.FromMinutes(5));

    private static string Uk(int count, Func<int, DateTimeOffset> from, DateTimeOffset now, string present) => $$"""
        {"data":[{{Join(count, half => from(half) switch
        {
            var at when at > now => UkSlot(at, "100", "null"),
            var at when at == Half(now) => UkSlot(at, "310", present),
            var at => UkSlot(at, "210", "200"),
        })}}]}
        """;

    private static DateTimeOffset Floor(DateTimeOffset at, TimeSpan step) => new(at.UtcTicks - (at.UtcTicks % step.Ticks), TimeSpan.Zero);

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string SdkStamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);
}
