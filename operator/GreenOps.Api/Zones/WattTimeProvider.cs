using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Zones;

/// <summary>WattTime, API v3.</summary>
public sealed record WattTimeProvider
{
    /// <summary>The region's abbreviation at WattTime, such as CAISO_NORTH.</summary>
    [JsonPropertyName("region")]
    [Length(1, 60)]
    [RegularExpression("^[A-Z0-9_-]+$", ErrorMessage = "wattTime.region must be a region's abbreviation at WattTime, such as CAISO_NORTH: capital letters, digits, '_' and '-'")]
    public required string Region { get; init; }

    /// <summary>co2_moer is the marginal intensity and needs signal: Marginal, co2_aoer is the average one and needs signal: Average.</summary>
    [JsonPropertyName("signalType")]
    [DefaultValue("co2_moer")]
    [AllowedValues("co2_moer", "co2_aoer")]
    public string SignalType { get; init; } = "co2_moer";

    /// <summary>The Secret with the keys username and password of the account.</summary>
    [JsonPropertyName("credentialsSecretRef")]
    public required SecretReference CredentialsSecretRef { get; init; }

    /// <summary>Where the API is, for a proxy or a mirror; https://api.watttime.org when unset.</summary>
    [JsonPropertyName("baseUrl")]
    [Length(1, 1024)]
    [RegularExpression(UrlPatterns.Service, ErrorMessage = "wattTime.baseUrl " + UrlPatterns.ServiceSentence)]
    public string? BaseUrl { get; init; }
}
