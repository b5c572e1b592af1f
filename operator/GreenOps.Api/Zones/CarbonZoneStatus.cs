using System.Text.Json.Serialization;
using GreenOps.Api.Schema;
using k8s.Models;

namespace GreenOps.Api.Zones;

/// <summary>The zone as last seen.</summary>
public sealed record CarbonZoneStatus
{
    /// <summary>Generation of the spec that this status answers to.</summary>
    [JsonPropertyName("observedGeneration")]
    public long? ObservedGeneration { get; init; }

    /// <summary>Grams of CO2-equivalent per kilowatt-hour, now.</summary>
    [JsonPropertyName("gramsPerKWh")]
    public double? GramsPerKWh { get; init; }

    /// <summary>Start of the slot that the value is for.</summary>
    [JsonPropertyName("observedAt")]
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>The provider is not asked again before this, whoever restarts; unset where nothing is asked.</summary>
    [JsonPropertyName("nextPollAt")]
    public DateTimeOffset? NextPollAt { get; init; }

    /// <summary>Where the value is from, in the words of the spec.</summary>
    [JsonPropertyName("source")]
    public string? Source { get; init; }

    /// <summary>Length of a slot of the history and the forecast, in milliseconds.</summary>
    [JsonPropertyName("slotMilliseconds")]
    public long? SlotMilliseconds { get; init; }

    /// <summary>The latest measured slots, oldest first, the present one last; at most 360, which is 15 days of hours.</summary>
    [JsonPropertyName("history")]
    public IReadOnlyList<IntensityPoint>? History { get; init; }

    /// <summary>The coming slots, the next one first; at most 96.</summary>
    [JsonPropertyName("forecast")]
    public IReadOnlyList<IntensityPoint>? Forecast { get; init; }

    /// <summary>Who made the forecast; with forecastBlendFrom, its first part.</summary>
    [JsonPropertyName("forecastSource")]
    public ForecastSource? ForecastSource { get; init; }

    /// <summary>Where the provider's forecast ends and the blend goes on from.</summary>
    [JsonPropertyName("forecastBlendFrom")]
    public DateTimeOffset? ForecastBlendFrom { get; init; }

    /// <summary>How far the last forecast that could be held against what came was off: mean of the absolute errors as shares of it. Unset until there is one.</summary>
    [JsonPropertyName("forecastErrorRatio")]
    public double? ForecastErrorRatio { get; init; }

    /// <summary>The forecast that is held against what is measured next.</summary>
    [JsonPropertyName("forecastOnTrial")]
    public ForecastOnTrial? ForecastOnTrial { get; init; }

    /// <summary>Ready is False when the value is stale: consumers go on with the last one and say so. Polled says how the provider answered last.</summary>
    [JsonPropertyName("conditions")]
    [ListMapKeys("type")]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}

/// <summary>A forecast as it was made, kept until the last of its slots has been measured.</summary>
public sealed record ForecastOnTrial
{
    /// <summary>When it was made.</summary>
    [JsonPropertyName("madeAt")]
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Its slots; at most 24.</summary>
    [JsonPropertyName("points")]
    public required IReadOnlyList<IntensityPoint> Points { get; init; }
}

/// <summary>Intensity of one slot.</summary>
public sealed record IntensityPoint
{
    /// <summary>Start of the slot.</summary>
    [JsonPropertyName("at")]
    public required DateTimeOffset At { get; init; }

    /// <summary>Grams of CO2-equivalent per kilowatt-hour.</summary>
    [JsonPropertyName("gramsPerKWh")]
    public required double GramsPerKWh { get; init; }
}

/// <summary>Who made a forecast.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ForecastSource>))]
public enum ForecastSource
{
    /// <summary>The provider itself.</summary>
    Provider,

    /// <summary>GreenOps, from the measured history.</summary>
    Blend,
}
