using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Zones;

/// <summary>A Prometheus query that gives one number. What it means is the exporter's to say: state it in signal and unit.</summary>
[Rule("!has(self.tokenSecretRef) || !has(self.basicAuthSecretRef)", "set only one of prometheus.tokenSecretRef and prometheus.basicAuthSecretRef")]
public sealed record PrometheusProvider
{
    /// <summary>Where Prometheus is, such as http://prometheus.monitoring:9090.</summary>
    [JsonPropertyName("baseUrl")]
    [Length(1, 1024)]
    [RegularExpression(UrlPatterns.Service, ErrorMessage = "prometheus.baseUrl " + UrlPatterns.ServiceSentence)]
    public required string BaseUrl { get; init; }

    /// <summary>PromQL that gives one series or a scalar, such as avg(grid_carbon_intensity{zone="DE"}).</summary>
    [JsonPropertyName("query")]
    [Length(1, 2048)]
    public required string Query { get; init; }

    /// <summary>Unit of the result. It has no default: pounds per megawatt-hour taken for grams per kilowatt-hour look like any grid.</summary>
    [JsonPropertyName("unit")]
    public required CarbonUnit Unit { get; init; }

    /// <summary>A bearer token, where Prometheus asks for one.</summary>
    [JsonPropertyName("tokenSecretRef")]
    public SecretKeyReference? TokenSecretRef { get; init; }

    /// <summary>A Secret with the keys username and password, where Prometheus asks for them.</summary>
    [JsonPropertyName("basicAuthSecretRef")]
    public SecretReference? BasicAuthSecretRef { get; init; }
}

/// <summary>Unit of a carbon intensity.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CarbonUnit>))]
public enum CarbonUnit
{
    /// <summary>g/kWh.</summary>
    GramsPerKWh,

    /// <summary>kg/MWh, which is g/kWh.</summary>
    KilogramsPerMWh,

    /// <summary>t/GWh, which is g/kWh.</summary>
    TonnesPerGWh,

    /// <summary>kg/kWh.</summary>
    KilogramsPerKWh,

    /// <summary>lb/MWh.</summary>
    PoundsPerMWh,
}
