using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Zones;

/// <summary>The Carbon Intensity API of Great Britain's system operator: the whole grid, or one of its regions.</summary>
[Rule("!has(self.regionId) || !has(self.postcode)", "set only one of ukCarbonIntensity.regionId and ukCarbonIntensity.postcode, or neither for the whole grid")]
public sealed record UkCarbonIntensityProvider
{
    /// <summary>Number of a region, from 1 (North Scotland) to 17 (Wales). Regions have estimates only, nothing measured.</summary>
    [JsonPropertyName("regionId")]
    [Range(1, 17)]
    public int? RegionId { get; init; }

    /// <summary>Outward part of a postcode, such as RG10; in place of regionId.</summary>
    [JsonPropertyName("postcode")]
    [Length(2, 4)]
    [RegularExpression("^[A-Z]{1,2}[0-9][A-Z0-9]?$", ErrorMessage = "ukCarbonIntensity.postcode must be the outward part of a postcode, such as RG10: without what follows the space")]
    public string? Postcode { get; init; }

    /// <summary>Where the API is, for a proxy or a mirror; https://api.carbonintensity.org.uk when unset.</summary>
    [JsonPropertyName("baseUrl")]
    [Length(1, 1024)]
    [RegularExpression(UrlPatterns.Service, ErrorMessage = "ukCarbonIntensity.baseUrl " + UrlPatterns.ServiceSentence)]
    public string? BaseUrl { get; init; }
}
