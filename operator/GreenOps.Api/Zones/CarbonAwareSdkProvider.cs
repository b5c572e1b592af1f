using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Zones;

/// <summary>A Web API of the Green Software Foundation's carbon-aware-sdk. What its figures mean is its source's to say: state it in signal.</summary>
public sealed record CarbonAwareSdkProvider
{
    /// <summary>Where the Web API is, such as http://carbon-aware.carbon:8080.</summary>
    [JsonPropertyName("baseUrl")]
    [Length(1, 1024)]
    [RegularExpression(UrlPatterns.Service, ErrorMessage = "carbonAwareSdk.baseUrl " + UrlPatterns.ServiceSentence)]
    public required string BaseUrl { get; init; }

    /// <summary>The location's name there, such as westeurope.</summary>
    [JsonPropertyName("location")]
    [Length(1, 100)]
    public required string Location { get; init; }
}
