using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Zones;

/// <summary>Electricity Maps, API v3.</summary>
public sealed record ElectricityMapsProvider
{
    /// <summary>The grid's key at Electricity Maps, such as DE or US-CAL-CISO.</summary>
    [JsonPropertyName("zone")]
    [Length(1, 40)]
    [RegularExpression("^[A-Z0-9]+(-[A-Z0-9]+)*$", ErrorMessage = "electricityMaps.zone must be a zone's key at Electricity Maps, such as DE or US-CAL-CISO: capital letters, digits and '-'")]
    public required string Zone { get; init; }

    /// <summary>The API token.</summary>
    [JsonPropertyName("tokenSecretRef")]
    public required SecretKeyReference TokenSecretRef { get; init; }

    /// <summary>What a kilowatt-hour is charged with: Lifecycle or Direct. The two differ by a quarter and more.</summary>
    [JsonPropertyName("emissionFactors")]
    [DefaultValue(EmissionFactors.Lifecycle)]
    public EmissionFactors EmissionFactors { get; init; }

    /// <summary>Where the API is, version included, for a proxy or a mirror; https://api.electricitymaps.com/v3 when unset.</summary>
    [JsonPropertyName("baseUrl")]
    [Length(1, 1024)]
    [RegularExpression(UrlPatterns.Service, ErrorMessage = "electricityMaps.baseUrl " + UrlPatterns.ServiceSentence)]
    public string? BaseUrl { get; init; }
}

/// <summary>What a kilowatt-hour is charged with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EmissionFactors>))]
public enum EmissionFactors
{
    /// <summary>Operation, fuel supply and construction of the plants.</summary>
    Lifecycle,

    /// <summary>Operation of the plants only.</summary>
    Direct,
}
