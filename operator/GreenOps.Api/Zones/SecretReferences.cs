using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Zones;

/// <summary>One key of a Secret. It is read at every poll, so a new value is used from the next one on.</summary>
public sealed record SecretKeyReference
{
    /// <summary>Namespace of the Secret.</summary>
    [JsonPropertyName("namespace")]
    [Length(1, 63)]
    [RegularExpression(NamePatterns.Label, ErrorMessage = "the namespace of a Secret " + NamePatterns.LabelSentence)]
    public required string Namespace { get; init; }

    /// <summary>Name of the Secret. The operator must be let at it by name: see carbon.secrets of the chart.</summary>
    [JsonPropertyName("name")]
    [Length(1, 253)]
    [RegularExpression(NamePatterns.Subdomain, ErrorMessage = "the name of a Secret " + NamePatterns.SubdomainSentence)]
    public required string Name { get; init; }

    /// <summary>Key in the Secret's data.</summary>
    [JsonPropertyName("key")]
    [Length(1, 253)]
    [RegularExpression("^[-._a-zA-Z0-9]+$", ErrorMessage = "the key of a Secret must hold only letters, digits, '-', '_' and '.'")]
    public required string Key { get; init; }
}

/// <summary>A Secret with the keys username and password, as of type kubernetes.io/basic-auth. It is read at every poll, so new values are used from the next one on.</summary>
public sealed record SecretReference
{
    /// <summary>Namespace of the Secret.</summary>
    [JsonPropertyName("namespace")]
    [Length(1, 63)]
    [RegularExpression(NamePatterns.Label, ErrorMessage = "the namespace of a Secret " + NamePatterns.LabelSentence)]
    public required string Namespace { get; init; }

    /// <summary>Name of the Secret. The operator must be let at it by name: see carbon.secrets of the chart.</summary>
    [JsonPropertyName("name")]
    [Length(1, 253)]
    [RegularExpression(NamePatterns.Subdomain, ErrorMessage = "the name of a Secret " + NamePatterns.SubdomainSentence)]
    public required string Name { get; init; }
}
