using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using GreenOps.Api.Schema;

namespace GreenOps.Api.Zones;

/// <summary>Where to ask for the carbon intensity, and what the answer means.</summary>
[Rule(
    "!has(self.provider.electricityMaps) || self.signal == 'Average'",
    "provider.electricityMaps gives averages only: leave signal out or set it to Average, or take provider.wattTime for Marginal")]
[Rule(
    "!has(self.provider.ukCarbonIntensity) || self.signal == 'Average'",
    "provider.ukCarbonIntensity gives averages only: leave signal out or set it to Average")]
[Rule(
    "!has(self.provider.wattTime) || (self.provider.wattTime.signalType == 'co2_moer') == (self.signal == 'Marginal')",
    "provider.wattTime.signalType and signal must agree: co2_moer is marginal and needs signal: Marginal, co2_aoer is an average and needs signal: Average")]
[Rule(
    "self.pollIntervalSeconds >= 60 || !((has(self.provider.electricityMaps) && !has(self.provider.electricityMaps.baseUrl)) || (has(self.provider.wattTime) && !has(self.provider.wattTime.baseUrl)) || (has(self.provider.ukCarbonIntensity) && !has(self.provider.ukCarbonIntensity.baseUrl)))",
    "pollIntervalSeconds must be at least 60 with a provider's public service: its data change every 5 to 60 minutes and its quota is limited")]
public sealed record CarbonZoneSpec
{
    /// <summary>What the numbers mean: Average (all generation) or Marginal (the plant that answers to one more kilowatt-hour). It travels with every number and the two are never mixed.</summary>
    [JsonPropertyName("signal")]
    [DefaultValue(SignalType.Average)]
    [Rule("self == oldSelf", "signal cannot be changed after creation: the zone's history and its forecast are of the other; make another CarbonZone")]
    public SignalType Signal { get; init; }

    /// <summary>The source; exactly one.</summary>
    [JsonPropertyName("provider")]
    public required CarbonProvider Provider { get; init; }

    /// <summary>Seconds between two readings of the source.</summary>
    [JsonPropertyName("pollIntervalSeconds")]
    [DefaultValue(300)]
    [Range(1, 86400)]
    public int PollIntervalSeconds { get; init; } = 300;
}

/// <summary>What a carbon intensity measures.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SignalType>))]
public enum SignalType
{
    /// <summary>Mean over all generation.</summary>
    Average,

    /// <summary>Of the generation that answers to one more kilowatt-hour of demand.</summary>
    Marginal,
}

/// <summary>Exactly one source of carbon intensity.</summary>
[ExactlyOneOf("electricityMaps", "wattTime", "ukCarbonIntensity", "carbonAwareSdk", "prometheus", "trace", "static")]
public sealed record CarbonProvider
{
    /// <summary>Electricity Maps, API v3: averages for most grids of the world.</summary>
    [JsonPropertyName("electricityMaps")]
    public ElectricityMapsProvider? ElectricityMaps { get; init; }

    /// <summary>WattTime, API v3: marginal and average intensities.</summary>
    [JsonPropertyName("wattTime")]
    public WattTimeProvider? WattTime { get; init; }

    /// <summary>The Carbon Intensity API of Great Britain's system operator: averages, free of charge and without a token.</summary>
    [JsonPropertyName("ukCarbonIntensity")]
    public UkCarbonIntensityProvider? UkCarbonIntensity { get; init; }

    /// <summary>A Web API of the Green Software Foundation's carbon-aware-sdk.</summary>
    [JsonPropertyName("carbonAwareSdk")]
    public CarbonAwareSdkProvider? CarbonAwareSdk { get; init; }

    /// <summary>A Prometheus query.</summary>
    [JsonPropertyName("prometheus")]
    public PrometheusProvider? Prometheus { get; init; }

    /// <summary>A constant, for grids without data.</summary>
    [JsonPropertyName("static")]
    public StaticProvider? Static { get; init; }

    /// <summary>A recorded or synthetic series in a ConfigMap.</summary>
    [JsonPropertyName("trace")]
    public TraceProvider? Trace { get; init; }
}

/// <summary>A constant intensity.</summary>
public sealed record StaticProvider
{
    /// <summary>Grams of CO2-equivalent per kilowatt-hour.</summary>
    [JsonPropertyName("gramsPerKWh")]
    [Range(0, 5000)]
    public required int GramsPerKWh { get; init; }

    /// <summary>Where the figure is from, for example "Ember 2024, DEU"; shown wherever the figure is.</summary>
    [JsonPropertyName("source")]
    [Length(1, 200)]
    public required string Source { get; init; }
}

/// <summary>A series of carbon intensities in CSV with the columns timestamp_utc (start of the slot, RFC 3339) and gco2_per_kwh; slots of equal length.</summary>
public sealed record TraceProvider
{
    /// <summary>The ConfigMap that holds the CSV text.</summary>
    [JsonPropertyName("configMapRef")]
    public required ConfigMapKeyReference ConfigMapRef { get; init; }

    /// <summary>Where the series is from, for example "synthetic day" or "Electricity Maps, DE, 2022"; shown wherever the figure is.</summary>
    [JsonPropertyName("source")]
    [Length(1, 200)]
    public required string Source { get; init; }

    /// <summary>Plays the series over and over from its start, so that a recorded day serves as a forecastable present. Without it the time stamps are taken as they are.</summary>
    [JsonPropertyName("replay")]
    public TraceReplay? Replay { get; init; }
}

/// <summary>How a series is played.</summary>
public sealed record TraceReplay
{
    /// <summary>How many times faster than real time; at 360 an hour of the series takes ten seconds.</summary>
    [JsonPropertyName("speed")]
    [DefaultValue(1)]
    [Range(1, 100000)]
    public int Speed { get; init; } = 1;

    /// <summary>When the series begins; the zone's creation when unset.</summary>
    [JsonPropertyName("startAt")]
    public DateTimeOffset? StartAt { get; init; }
}

/// <summary>One key of a ConfigMap.</summary>
public sealed record ConfigMapKeyReference
{
    /// <summary>Namespace of the ConfigMap.</summary>
    [JsonPropertyName("namespace")]
    [Length(1, 63)]
    [RegularExpression(NamePatterns.Label, ErrorMessage = "configMapRef.namespace " + NamePatterns.LabelSentence)]
    public required string Namespace { get; init; }

    /// <summary>Name of the ConfigMap.</summary>
    [JsonPropertyName("name")]
    [Length(1, 253)]
    [RegularExpression(NamePatterns.Subdomain, ErrorMessage = "configMapRef.name " + NamePatterns.SubdomainSentence)]
    public required string Name { get; init; }

    /// <summary>Key in the ConfigMap's data.</summary>
    [JsonPropertyName("key")]
    [Length(1, 253)]
    [RegularExpression("^[-._a-zA-Z0-9]+$", ErrorMessage = "configMapRef.key must be a key of a ConfigMap: letters, digits, '-', '_' and '.'")]
    public required string Key { get; init; }
}
